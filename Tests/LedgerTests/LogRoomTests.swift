// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import Ledger
import Testing

struct LogRoomTests {
    private func logSize(_ project: borrowing ProjectFolder) throws -> Int {
        let path = project.files.ledger + "-wal"
        return try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    @Test func `who writes much has the log's whole room, who writes little has not, and closing gives it back`()
        async throws
    {
        let project = try ProjectFolder()
        let ledger = project.ledger()
        _ = try await ledger.beginRun(.sample(.apply))
        let little = try logSize(project)
        for _ in 0..<40 { _ = try await ledger.beginRun(.sample(.apply)) }
        let much = try logSize(project)
        #expect(little < 1 << 20 && much == 4000 * (1024 + 24))
        for _ in 0..<200 { _ = try await ledger.beginRun(.sample(.apply)) }
        #expect(try logSize(project) == much, "what is written stays within it")
        #expect(try await project.ledger().runs(environment: nil, limit: 500).count == 241, "another one reads it all")
        try await ledger.close()
        #expect(!FileManager.default.fileExists(atPath: project.files.ledger + "-wal"))
        #expect(try await project.ledger().runs(environment: nil, limit: 500).count == 241)
    }

    @Test func `what was committed into the room is there after a kill`() async throws {
        let project = try ProjectFolder()
        let path = project.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let ledger = ProjectLedger(project: path, command: "converge apply")
            for _ in 0..<100 { _ = try await ledger.beginRun(.sample(.apply)) }
            kill(getpid(), SIGKILL)
        }
        #expect(try logSize(project) == 4000 * (1024 + 24))
        #expect(try await project.ledger().runs(environment: nil, limit: 500).count == 100)
    }
}
