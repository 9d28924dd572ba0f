// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Outputs that are too large for the ledger.
struct SpillTests {
    private let project: Project
    private let platform: SafePlatform

    init() async throws {
        project = try Project([
            "converge.project": "environment default { use local\n use safe }\n",
            "work.recipe": """
            param size: Int = 10000
            resource front: safe.Safe { label: "front" }
            workflow work {
              step crack: Crack { size: size }
              step next: Crack { size: int(length(crack.text) / 80000) }
              output text = crack.text
              output next = length(next.text)
            }
            """
        ])
        platform = try SafePlatform(password: "open")
        try await SafePlugin().install(in: project)
    }

    private func converge(_ words: String...) async throws -> Project.Answer {
        try await project.run(words, environment: platform.environment)
    }

    private func size(_ name: String) throws -> Int { try project.bytes(of: name).count }

    @Test func `a large output is kept beside the ledger and read like any other`() async throws {
        let run = try await converge("run", "work.recipe", "--yes", "--json")
        #expect(run.code == 0, "\(run.errors)")
        let text = String(repeating: "0123456789abcdef", count: 10_000)
        #expect(try run.document["outputs"]?.at("text")?.string == text)
        #expect(try run.document["outputs"]?.at("next")?.int == 32)
        #expect(try size(".converge/ledger.db") < 120_000)
        let clean = try await converge("ledger", "clean", "--yes")
        #expect(clean.code == 0 && clean.output.contains("Nothing to free"), "\(clean.output)\(clean.errors)")
        let show = try await converge("show", "run-2", "--json")
        #expect(show.code == 0 && show.output.contains(text), "\(show.errors)")
        let restored = try await converge("ledger", "restore", "--yes")
        #expect(restored.code == 0, "\(restored.errors)")

        // What nothing names any more is freed, and what named it goes on without.
        #expect(try await converge("destroy", "work.recipe", "--yes").code == 0)
        let freed = try await converge("ledger", "clean", "--yes", "--json")
        #expect(try freed.document["bytes"]?.int ?? 0 > 100_000, "\(freed.output)\(freed.errors)")
        #expect(try await converge("runs", "--json").code == 0)
    }

    @Test func `an output beyond all bounds is refused with a way out`() async throws {
        let run = try await converge("run", "work.recipe", "--yes", "--set", "size=3000000")
        #expect(run.code == 1 && run.errors.contains("error[E0141]"), "\(run.errors.prefix(500))")
        #expect(try size(".converge/ledger.db") < 120_000)
    }
}
