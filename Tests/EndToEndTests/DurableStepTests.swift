// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import GRDB
import Testing

/// What it costs to record the steps of a run, and that nothing is lost by recording them together.
struct DurableStepTests {
    private func commits(of project: Project) throws -> Int {
        var configuration = Configuration()
        configuration.readonly = true
        let ledger = try DatabaseQueue(path: project.path(".converge/ledger.db"), configuration: configuration)
        return try ledger.read { try Int.fetchOne($0, sql: "select value from meta where name = 'sequence'") ?? 0 }
    }

    private func chain(_ count: Int, first: String = "true") -> String {
        let steps = (1..<count).map { "  step s\($0): Shell { @needs: [s\($0 - 1)], run: \"true\" }\n" }
        return "workflow chain {\n  step s0: Shell { run: \"\(first)\" }\n\(steps.joined())}\n"
    }

    @Test func `the end of a step and the beginning of the next share one commit`() async throws {
        var found: [Int: Int] = [:]
        for count in [10, 40] {
            let project = try Project(["chain.recipe": chain(count)])
            let answer = try await project.converge("run", "chain.recipe", "--yes", "--json")
            #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
            found[count] = try commits(of: project)
        }
        #expect(found[40, default: 0] - found[10, default: 0] == 30, "\(found)")
    }

    @Test func `what ended is recorded while a step beside it goes on`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step slow: Shell { run: "until [ -e end ]; do sleep 0.02; done" }
              step quick: Shell { run: "true" }
            }

            """
        ])
        let started = try project.start(["run", "w.recipe", "--yes"])
        let isRecorded = try await eventually {
            guard project.exists(".converge/ledger.db") else { return false }
            let show = try await project.converge("show", "run-1", "--json")
            return show.output.contains("\"succeeded\"")
        }
        try project.write("", to: "end")
        let answer = await started.end()
        #expect(isRecorded)
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
    }

    @Test func `a run that is resumed goes on with a loop that a finished step tells of`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step names: Shell { run: "echo a; echo b; echo names >> log" }
              for name in split(names.stdout, "\\n") {
                step each[name]: Shell { run: "test -e go && echo ${name} >> log" }
              }
              output ends = length(each)
            }

            """
        ])
        let failed = try await project.converge("run", "w.recipe", "--yes", "--json")
        #expect(failed.code == 1, "\(failed.output)\(failed.errors)")
        try project.write("", to: "go")
        let answer = try await project.converge("resume", "run-1", "--yes", "--json")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try answer.document["outputs"]?.at("ends")?.int == 2)
        #expect(try project.text(of: "log").split(separator: "\n").sorted() == ["a", "b", "names"])
    }
}
