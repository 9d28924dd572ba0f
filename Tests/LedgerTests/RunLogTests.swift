// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import Ledger
import Testing

struct RunLogTests {
    let project: ProjectFolder

    init() throws { project = try ProjectFolder() }

    private func line(_ number: Int, run: String = "run-1") -> LogLine {
        LogLine(
            run: run, operation: "load", time: Timestamp(nanoseconds: Int64(number)), text: "line \(number) é\u{0}")
    }

    @Test func `reading logs that were never written makes no file`() async throws {
        let log = ProjectRunLog(project: project.path)
        #expect(try await log.lines(run: "run-1", after: 0, limit: 10).isEmpty)
        try await log.flush()
        #expect(try project.names().isEmpty)
    }

    @Test func `lines come back in their order, by run, from a position on`() async throws {
        let log = ProjectRunLog(project: project.path)
        for number in 0..<500 {
            log.write([line(number), line(number, run: "run-2")])
        }
        try await log.flush()
        for reader in [log, ProjectRunLog(project: project.path)] {
            var found: [LogLine] = []
            while true {
                let batch = try await reader.lines(run: "run-1", after: found.last?.position ?? 0, limit: 64)
                if batch.isEmpty { break }
                found += batch
            }
            #expect(found.map(\.text) == (0..<500).map { line($0).text })
            #expect(found.map(\.position) == found.map(\.position).sorted())
        }
    }

    @Test func `lines of many tasks are all kept`() async throws {
        let log = ProjectRunLog(project: project.path)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask { for number in 0..<200 { log.write([line(task * 1000 + number)]) } }
            }
        }
        try await log.flush()
        #expect(try await log.lines(run: "run-1", after: 0, limit: .max).count == 1600)
    }

    @Test func `a damaged log is told and stops no work`() async throws {
        let log = ProjectRunLog(project: project.path)
        log.write([line(1)])
        try await log.flush()
        let path = project.files.runLog
        try FileManager.default.removeItem(atPath: path + "-wal")
        try project.write(Data(repeating: 9, count: 8192), to: path)
        let damaged = ProjectRunLog(project: project.path)
        damaged.write([line(2)])
        for _ in 0..<2 {
            let failure = await #expect(throws: Diagnostic.self) {
                try await damaged.flush()
                _ = try await damaged.lines(run: "run-1", after: 0, limit: 10)
            }
            #expect(failure?.code == .runLogDamaged)
        }
    }
}
