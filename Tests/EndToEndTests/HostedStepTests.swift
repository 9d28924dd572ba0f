// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Steps whose work Converge itself does are held to what steps are held to: their time, and what was agreed to.
struct HostedStepTests {
    private func log(_ project: Project) throws -> [String] {
        try project.text(of: "log").split(separator: "\n").map(String.init)
    }

    @Test func `a part that takes longer than its step may is stopped, and the run goes on without it`() async throws {
        let project = try Project([
            "a.recipe": """
            workflow slow {
              step first: Shell { run: "echo first >> log; sleep 60" }
              step second: Shell { @needs: [first], run: "echo second >> log" }
            }
            workflow all {
              step part: Run { @timeout: 1s, @on_failure: "continue", workflow: "slow" }
              step behind: Shell { @needs: [part], run: "echo behind >> log" }
            }

            """
        ])
        let answer = try await project.converge("run", "a.recipe", "all", "--yes")
        #expect(
            answer.code == 1 && answer.errors.contains("part took longer than 1s"), "\(answer.output)\(answer.errors)")
        #expect(try log(project) == ["first", "behind"])
        let runs = try await project.converge("runs", "--json").json.at("runs")?.list ?? []
        #expect(runs.first { $0.at("workflow") == "slow" }?.at("status") == "cancelled", "\(runs)")
        #expect(try await eventually { processes(with: project.folder.path).isEmpty }, "a process is left behind")
    }

    /// Plans, asks, and applies what was agreed to.
    private static let agreed = """
        workflow w {
          step look: Plan { module: "m.recipe" }
          step allow: Approve { text: look.summary }
          step make: Apply { @needs: [allow], module: "m.recipe", agreed: look.digest }
        }

        """

    @Test func `an apply of a plan that was agreed to refuses any other`() async throws {
        let project = try Project([
            "m.recipe": "resource a: DataLakeStorage {}\n",
            "w.recipe": Self.agreed
        ])
        #expect(try await project.converge("run", "w.recipe", "--yes").code == 3)
        try project.write("resource a: DataLakeStorage {}\nresource b: DataLakeStorage {}\n", to: "m.recipe")
        let refused = try await project.converge("approve", "run-1")
        refused.expectRefusal("G0104", "the plan is another one than was agreed to", wayOut: "plans and asks anew")
        #expect(try await project.converge("show", "m.recipe").output.contains("Nothing here yet"))
        #expect(try await project.converge("run", "w.recipe", "--yes").code == 3)
        #expect(try await project.converge("approve", "run-2").code == 0)
        #expect(try await project.converge("plan", "m.recipe", "--check").code == 0)
    }

    @Test func `what only a later phase decides is not applied in the name of who agreed to the first`() async throws {
        let project = try Project([
            "m.recipe": "resource n: local.Note { text: \"a\" }\nresource keyed[n.id]: local.Note { text: \"k\" }\n",
            "w.recipe": Self.agreed
        ])
        #expect(try await project.converge("run", "w.recipe", "--yes").code == 3)
        let refused = try await project.converge("approve", "run-1")
        refused.expectRefusal("G0104", "to which nobody has agreed", wayOut: "a new run plans it")
        let made = try await project.converge("show", "m.recipe", "--json").json.at("resources")?.list ?? []
        #expect(made.count == 1, "\(made)")
        #expect(try await project.converge("run", "w.recipe", "--yes").code == 3)
        #expect(try await project.converge("approve", "run-3").code == 0)
        #expect(try await project.converge("plan", "m.recipe", "--check").code == 0)
    }
}
