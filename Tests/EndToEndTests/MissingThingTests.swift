// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Runs that read what is not there any more.
struct MissingThingTests {
    private static let cases = [
        #"step c: Shell { @needs: [g], run: "echo ${n.id}" }"#,
        #"step c: Shell { @needs: [g], @when: n.id != "", run: "echo" }"#,
        #"for x in [n.id] { step c[x]: Shell { @needs: [g], run: "echo" } }"#,
        #"step c: Shell { @needs: [g], run: "echo", env: { NOTE: n.id } }"#,
        #"step c: Shell { @needs: [g], run: "echo ${l.id}" }"#
    ]

    @Test(arguments: cases)
    func `a run that reads a resource that is not there any more says so, and goes on once it is`(
        step: String
    ) async throws {
        let project = try Project([
            "a.recipe": """
            resource n: local.Note { text: "n" }
            resource l: DataLakeStorage { name: "lake" }
            workflow w {
              step g: Wait { signal: "go" }
              \(step)
              output id = n.id
            }

            """
        ])
        let run = try await project.converge("run", "a.recipe", "--yes")
        try #require(run.code == 3, "\(run.output)\(run.errors)")
        #expect(try await project.converge("destroy", "a.recipe", "--yes").code == 0)
        let missing = step.contains("l.id") ? "l/folder" : "n"
        try await project.converge("signal", "run-2", "go").expectRefusal(
            "E0109", "\(missing).id, and \(missing) is not there", wayOut: "resume run-2")
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        let resumed = try await project.converge("resume", "run-2")
        #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
    }
}
