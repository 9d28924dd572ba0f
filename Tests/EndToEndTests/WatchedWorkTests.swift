// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Long work, watched while it goes on.
struct WatchedWorkTests {
    /// A step that says a line, and ends once the file `go` is there.
    private static let slow =
        #"step slow: Shell { run: "echo begun; while [ ! -e go ]; do sleep 0.05; done; echo ended" }"#

    @Test func `progress tells the time that passed, what is left, and the slowest by name`() async throws {
        let project = try Project([
            "a.recipe": """
            workflow w {
              \(Self.slow)
              for i in range(0, 300) { step s["${i}"]: Shell { run: "sleep 0.05; test -e go || sleep 0.2" } }
            }

            """
        ])
        let run = try project.start(["run", "a.recipe", "--yes", "--parallelism", "4"])
        let line = /(\d+) of 301, \d+\.?\d* s, about \d+.* left; slowest: slow Shell, \d+/
        let isTold = try await eventually { run.errors.contains(line) || run.output.contains(line) }
        #expect(isTold, "\(run.output)\(run.errors)")
        try project.write("", to: "go")
        #expect(await run.end().code == 0)
    }

    @Test func `logs follow a run until it ends, and tell what was said before`() async throws {
        let project = try Project(["a.recipe": "workflow w {\n  \(Self.slow)\n}\n"])
        let run = try project.start(["run", "a.recipe", "--yes"])
        try #require(
            try await eventually { try await project.converge("logs", "run-1").output.contains("begun") },
            "\(run.errors)")
        let logs = try project.start(["logs", "run-1", "--follow"])
        try #require(try await eventually { logs.output.contains("begun") }, "\(logs.errors)")
        #expect(!logs.output.contains("ended"))
        try project.write("", to: "go")
        #expect(await run.end().code == 0)
        let told = await logs.end()
        #expect(told.code == 0 && told.output.contains("ended"), "\(told.output)\(told.errors)")
        let lines = told.output.split(separator: "\n")
        #expect(lines.count == 2, "each line once: \(lines)")
    }
}
