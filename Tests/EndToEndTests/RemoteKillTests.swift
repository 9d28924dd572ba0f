// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Kills the executable at every write of its journal and at random times, while it works with a server that makes a
/// new thing at each request and counts them. The server's own records are compared, not the ledger's alone.
///
/// With `CONVERGE_KILLS=10` there are ten times as many kills.
struct RemoteKillTests {
    private static let parts = 6

    /// Parts of which each needs the one before it every third time; in two strokes each, so that half of one can be there.
    private var recipe: String {
        (0..<Self.parts).map { number in
            let name = number % 3 == 2 ? "\"p\(number) of ${p\(number - 1).id}\"" : "\"p\(number)\""
            return "resource p\(number): forge.Part { name: \(name), finish: \"polished\" }\n"
        }.joined()
    }

    private func project(_ url: String, _ files: [String: String]) async throws -> Project {
        let project = try Project(files)
        try await Forge.install(in: project)
        try project.write(
            "environment default {\n  use forge { url: \"\(url)\" }\n  use local\n}\n", to: "converge.project")
        return project
    }

    /// What is called ready is there as a whole.
    private func expectNoneHalfReady(_ project: Project, _ url: String) async throws {
        let shown = try await project.converge("show", "--json").json
        let parts = try await Forge.holdings(of: url, asking: project).at("parts")?.list ?? []
        for resource in shown.at("resources")?.list ?? [] where resource.at("status")?.string == "ready" {
            let id = try #require(resource.at("outputs", "id")?.string)
            let part = parts.first { $0.at("id")?.string == id }
            #expect(part?.at("finished")?.bool == true, "\(id) is called ready")
        }
    }

    /// Everything is there once, as a whole, and known by its own number.
    private func expectAll(_ project: Project, _ url: String) async throws {
        let all = try await Forge.holdings(of: url, asking: project)
        let parts = all.at("parts")?.list ?? []
        #expect(
            parts.count == Self.parts && all.at("deleted")?.list?.isEmpty == true, "no duplicate and no orphan: \(all)")
        #expect(parts.allSatisfy { $0.at("finished")?.bool == true && $0.at("finish")?.string == "polished" })
        let numbers = Set(parts.compactMap { $0.at("id")?.string })
        let recorded = try await project.converge("show", "--json").json.at("resources")?.list ?? []
        #expect(Set(recorded.compactMap { $0.at("outputs", "id")?.string }) == numbers, "no output is lost")
        let plan = try await project.converge("plan", "shop.recipe", "--check")
        #expect(plan.code == 0, "\(plan.output)\(plan.errors)")
    }

    @Test func `an apply that is killed at any write of its journal makes everything once`() async throws {
        let kills = Kills()
        for round in 0..<Kills.factor {
            var write = 1
            while true {
                let done = try await Forge.serving(try Project(), slow: round > 0) { url in
                    let project = try await project(url, ["shop.recipe": recipe])
                    let words = ["apply", "shop.recipe", "--yes", "--parallelism", "3"]
                    let whole = try await kills.atWrite(write, of: words, in: project)
                    if whole == nil { try await expectNoneHalfReady(project, url) }
                    if whole == nil {
                        let again = try await project.run(words)
                        #expect(again.code == 0, "killed at write \(write): \(again.output)\(again.errors)")
                    }
                    try await expectAll(project, url)
                    return whole != nil
                }
                if done { break }
                write += 1
                try #require(write < 500)
            }
        }
        print("killed at each of \(kills.count) writes, \(kills.betweenIntentAndResult) between intent and result")
        #expect(kills.count >= 10 && kills.betweenIntentAndResult > 0)
    }

    @Test func `an apply that is killed at random, again and again, makes everything once`() async throws {
        let kills = Kills()
        while kills.count < 40 * Kills.factor || kills.betweenIntentAndResult < 10 * Kills.factor {
            try await Forge.serving(try Project(), slow: true) { url in
                let project = try await project(url, ["shop.recipe": recipe])
                // Longer each time, so that a slow machine comes to its end as well.
                for attempt: UInt64 in 1... {
                    let answer = try await kills.after(
                        nanoseconds: .random(in: 20_000_000...(200 + 100 * attempt) * 1_000_000),
                        of: ["apply", "shop.recipe", "--yes", "--parallelism", "2"], in: project)
                    if let answer {
                        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
                        break
                    }
                    try await expectNoneHalfReady(project, url)
                }
                try await expectAll(project, url)
            }
        }
        print("killed \(kills.count) times at random, \(kills.betweenIntentAndResult) between intent and result")
    }

    @Test func `a plugin that ends the process in the middle of an operation is survived as a kill is`() async throws {
        try await Forge.serving(try Project()) { url in
            let project = try await project(url, ["shop.recipe": recipe])
            let words = ["apply", "shop.recipe", "--yes", "--parallelism", "2"]
            let trapped = try await project.run(words, environment: ["FORGE_TRAP": "1"])
            #expect(trapped.code < 0, "a signal ended it: \(trapped.code)")
            #expect(try Kills.openOperations(project) > 0)
            try await expectNoneHalfReady(project, url)
            let again = try await project.run(words)
            #expect(again.code == 0, "\(again.output)\(again.errors)")
            try await expectAll(project, url)
        }
    }

    @Test func `a replacement that is cut off while the new thing is made is gone on with, and not begun anew`()
        async throws
    {
        try await Forge.serving(try Project()) { url in
            let project = try await project(url, ["shop.recipe": recipe])
            let made = try await project.run(["apply", "shop.recipe", "--yes"])
            #expect(made.code == 0, "\(made.output)\(made.errors)")
            let words = ["apply", "shop.recipe", "--replace", "p0", "--yes"]
            let trapped = try await project.run(words, environment: ["FORGE_TRAP": "1"])
            #expect(trapped.code < 0, "a signal ended it: \(trapped.code)")
            #expect(try Kills.openOperations(project) > 0)
            let again = try await project.run(words)
            #expect(again.code == 0, "\(again.output)\(again.errors)")
            let all = try await Forge.holdings(of: url, asking: project)
            #expect(all.at("parts")?.list?.count == Self.parts && all.at("deleted")?.list?.count == 1, "\(all)")
            // Asked for once it has ended, it is another one.
            let anew = try await project.run(words)
            #expect(anew.code == 0, "\(anew.output)\(anew.errors)")
            #expect(try await Forge.holdings(of: url, asking: project).at("deleted")?.list?.count == 2)
        }
    }

    private func workflow(_ url: String) -> String {
        let steps = (0..<6).map { number in
            let needs = number % 3 == 0 ? "" : "@needs: [s\(number - 1)]\n    "
            return "  step s\(number): forge.Strike {\n    \(needs)at: \"\(url)\"\n    job: \"j\(number)\"\n  }\n"
        }.joined()
        return "workflow work {\n\(steps)  output last = s5.id\n}\n"
    }

    @Test func `a run that is killed at any write of its journal has each job done once`() async throws {
        let kills = Kills()
        for round in 0..<Kills.factor {
            var write = 1
            while true {
                let done = try await Forge.serving(try Project(), slow: round > 0) { url in
                    let project = try await project(url, ["work.recipe": workflow(url)])
                    let whole = try await kills.atWrite(write, of: ["run", "work.recipe", "--yes"], in: project)
                    if whole == nil { try await goOn(project) }
                    try await expectJobs(project, url)
                    return whole != nil
                }
                if done { break }
                write += 1
                try #require(write < 500)
            }
        }
        print(
            "killed at each of \(kills.count) writes of a run, \(kills.betweenIntentAndResult) between intent and result"
        )
        #expect(kills.count >= 6 && kills.betweenIntentAndResult > 0)
    }

    /// Resumes the run that was killed, or begins it where it had not begun.
    private func goOn(_ project: Project) async throws {
        let runs = try await project.converge("runs", "--json").json
        let newest = runs.at("runs", "0", "id")?.string
        let words = newest.map { ["resume", $0] } ?? ["run", "work.recipe", "--yes"]
        let answer = try await project.run(words)
        // The kill may have come between the end of the run and that of the process.
        #expect(answer.code == 0 || answer.errors.contains("has ended well"), "\(answer.output)\(answer.errors)")
    }

    private func expectJobs(_ project: Project, _ url: String) async throws {
        let jobs = try await Forge.holdings(of: url, asking: project).at("jobs")?.list ?? []
        #expect(jobs.compactMap { $0.at("job")?.string }.sorted() == (0..<6).map { "j\($0)" }, "each job once")
        let id = try await project.converge("runs", "--json").json.at("runs", "0", "id")?.string ?? ""
        let run = try await project.converge("show", id, "--json").json
        #expect(run.at("run", "status")?.string == "succeeded")
        let last = jobs.first { $0.at("job")?.string == "j5" }
        #expect(run.at("outputs", "last") == last?.at("id"), "no output is lost: \(run)")
    }
}
