// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import GRDB
import Testing

/// Kills the executable at random times and writes and gives the same command again, until it has done what an undisturbed one
/// does. The provider's own rows are compared, not the ledger.
struct KillTests {
    /// A line of notes: each needs the one before every tenth, so that the graph is neither flat nor a chain.
    private func recipe(_ count: Int) -> String {
        (0..<count).map { number in
            number % 10 == 0 && number > 0
                ? "resource n\(number): local.Note { text: \"\(number) after ${n\(number - 10).id}\" }"
                : "resource n\(number): local.Note { text: \"\(number)\" }"
        }.joined(separator: "\n") + "\n"
    }

    private struct Note: Hashable {
        var id: String
        var text: String
    }

    private func open(_ project: Project, _ path: String) throws -> DatabaseQueue? {
        guard project.exists(path) else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: project.folder.appendingPathComponent(path).path, configuration: configuration)
    }

    /// What the local platform itself holds.
    private func notes(_ project: Project) throws -> [Note] {
        guard let database = try open(project, ".converge/local/default/local/catalog.db") else { return [] }
        return try database.read { db in
            try Row.fetchAll(db, sql: "select id, inputs from things where kind = 'local.Note'").map { row in
                let inputs = try Value(json: row["inputs"] as String).object
                return Note(id: row["id"], text: inputs?["text"]?.string ?? "")
            }
        }
    }

    @Test func `an apply that is killed again and again ends as an undisturbed one`() async throws {
        let kills = Kills()
        let words = ["apply", "notes.recipe", "--yes", "--parallelism", "4"]
        while kills.betweenIntentAndResult < 50 * Kills.factor {
            try #require(
                kills.count < 2000 * Kills.factor,
                "only \(kills.betweenIntentAndResult) of \(kills.count) kills fell between intent and result")
            let project = try Project(["notes.recipe": recipe(60)])
            while true {
                // At any time, or close behind a write, where the operations lie close together.
                let answer =
                    if Bool.random() {
                        try await kills.after(
                            nanoseconds: .random(in: 10_000_000...300_000_000), of: words, in: project)
                    } else {
                        try await kills.atWrite(.random(in: 1...20), of: words, in: project)
                    }
                guard let answer else { continue }
                try #require(answer.code == 0, "\(answer.output)\(answer.errors)")
                break
            }
            let found = try notes(project)
            #expect(found.count == 60, "no note is made twice and none is missing")
            #expect(Set(found.map(\.id)).count == 60)
            let byNumber = Dictionary(
                found.map { (Int($0.text.prefix { $0.isNumber }) ?? -1, $0) }, uniquingKeysWith: { first, _ in first })
            for number in 0..<60 {
                let expected =
                    number % 10 == 0 && number > 0 ? "\(number) after \(byNumber[number - 10]?.id ?? "?")" : "\(number)"
                #expect(byNumber[number]?.text == expected)
            }
            let plan = try await project.converge("plan", "notes.recipe", "--check")
            #expect(plan.code == 0, "\(plan.output)")
        }
    }

    @Test func `an apply that is killed at any write of its journal ends as an undisturbed one`() async throws {
        let kills = Kills()
        var write = 1
        while true {
            let project = try Project(["notes.recipe": recipe(12)])
            let whole = try await kills.atWrite(write, of: ["apply", "notes.recipe", "--yes"], in: project)
            if whole == nil {
                let again = try await project.converge("apply", "notes.recipe", "--yes")
                #expect(again.code == 0, "killed at write \(write): \(again.output)\(again.errors)")
            }
            let found = try notes(project)
            #expect(found.count == 12 && Set(found.map(\.id)).count == 12, "killed at write \(write)")
            let plan = try await project.converge("plan", "notes.recipe", "--check")
            #expect(plan.code == 0, "killed at write \(write): \(plan.output)\(plan.errors)")
            if whole != nil { break }
            write += 1
            try #require(write < 500)
        }
        print("killed at each of \(kills.count) writes, \(kills.betweenIntentAndResult) between intent and result")
        #expect(kills.count >= 6)
    }

    @Test func `an apply in phases that is killed at any write of its journal goes on from what is there`() async throws
    {
        let kills = Kills()
        var write = 1
        while true {
            let project = try Project([
                "notes.recipe": """
                resource n: local.Note { text: "a" }
                for k in [n.id] { resource each[k]: local.Note { text: k } }
                for k in keys(each) { resource last[each[k].id]: local.Note { text: each[k].id } }

                """
            ])
            let whole = try await kills.atWrite(write, of: ["apply", "notes.recipe", "--yes"], in: project)
            if whole == nil {
                let again = try await project.converge("apply", "notes.recipe", "--yes")
                #expect(again.code == 0, "killed at write \(write): \(again.output)\(again.errors)")
            }
            let found = try notes(project)
            #expect(found.count == 3, "killed at write \(write): \(found)")
            let first = found.first { $0.text == "a" }
            let second = found.first { $0.text == first?.id }
            #expect(found.contains { $0.text == second?.id }, "killed at write \(write): \(found)")
            if whole != nil { break }
            write += 1
            try #require(write < 500)
        }
        #expect(kills.count >= 6)
    }

    @Test func `a refresh accounts for what a killed apply left open`() async throws {
        let kills = Kills()
        for attempt in 1... {
            try #require(attempt < 200, "none of \(kills.count) kills fell between intent and result")
            let project = try Project(["notes.recipe": recipe(60)])
            _ = try await kills.atWrite(.random(in: 2...12), of: ["apply", "notes.recipe", "--yes"], in: project)
            if try Kills.openOperations(project) == 0 { continue }
            let answer = try await project.converge("refresh", "notes.recipe")
            #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
            #expect(try Kills.openOperations(project) == 0)
            return
        }
    }

    @Test func `a run that is killed again and again repeats no finished step`() async throws {
        let steps = (0..<12).map { number in
            """
              step s\(number): Shell {
                \(number > 0 ? "@needs: [s\(number - 1)]\n    " : "")command: ["sh", "-c", "echo \(number) >> done.txt"]
              }
            """
        }.joined(separator: "\n")
        let project = try Project(["work.recipe": "workflow work {\n\(steps)\n}\n"])
        var run: String?
        let kills = Kills()
        while true {
            try #require(kills.count < 200)
            let words = run.map { ["resume", $0] } ?? ["run", "work.recipe", "--yes"]
            if let answer = try await kills.atWrite(.random(in: 1...6), of: words, in: project) {
                // The kill before may have come between the end of the run and that of the process.
                let hasEnded = answer.code == 0 || answer.errors.contains("has ended well")
                #expect(hasEnded, "\(answer.output)\(answer.errors)")
                break
            }
            let runs = try await project.converge("runs", "--json")
            run = try runs.document["runs"]?.list?.first?.object?["id"]?.string
        }
        let lines = try project.text(of: "done.txt").split(separator: "\n").compactMap { Int($0) }
        #expect(Set(lines) == Set(0..<12))
        // Only the step that was being executed at a kill may have been begun twice; none was repeated after its end.
        #expect(lines == lines.sorted(), "no step ran again after a later one: \(lines)")
        #expect(kills.count > 0 && lines.count <= 12 + kills.count)
    }
}
