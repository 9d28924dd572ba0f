// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import GRDB
import Glibc
import Synchronization

/// Kills of the executable, and what they hit.
final class Kills: Sendable {
    private let counts = Mutex((kills: 0, between: 0))

    /// How many there were.
    var count: Int { counts.withLock { $0.kills } }
    /// How many fell between an intent and its result.
    var betweenIntentAndResult: Int { counts.withLock { $0.between } }

    /// How many times as many kills as usual there shall be.
    static let factor = ProcessInfo.processInfo.environment["CONVERGE_KILLS"].flatMap { Int($0) } ?? 1

    /// Runs a command and kills it once the ledger has been written a number of times.
    ///
    /// - Returns: What it gave where it came to its end before; nil where it was killed.
    func atWrite(_ number: Int, of words: [String], in project: Project) async throws -> Project.Answer? {
        let started = try project.start(words)
        let (pid, journal) = (started.pid, project.path(".converge/ledger.db-wal"))
        let watch = WriteWatch(journal)
        // A thread of its own: it sleeps without giving way, and what waits for the program's end needs those of tasks.
        Thread.detachNewThread {
            var writes = 0
            while !watch.isOver {
                if watch.hasChanged() {
                    writes += 1
                    if writes == number { return watch.whileGoing { _ = kill(pid, SIGKILL) } }
                }
                usleep(50)
            }
        }
        let answer = await started.end()
        watch.end()
        return try noted(answer, project)
    }

    /// Runs a command and kills it after a time.
    func after(nanoseconds: UInt64, of words: [String], in project: Project) async throws -> Project.Answer? {
        let started = try project.start(words)
        let killer = Task {
            try await Task.sleep(nanoseconds: nanoseconds)
            started.send(SIGKILL)
        }
        let answer = await started.end()
        killer.cancel()
        return try noted(answer, project)
    }

    private func noted(_ answer: Project.Answer, _ project: Project) throws -> Project.Answer? {
        guard answer.code == -SIGKILL else { return answer }
        let open = try Self.openOperations(project)
        counts.withLock {
            $0.kills += 1
            if open > 0 { $0.between += 1 }
        }
        return nil
    }

    /// Operations whose intent is written and whose result is not.
    static func openOperations(_ project: Project) throws -> Int {
        guard project.exists(".converge/ledger.db") else { return 0 }
        var configuration = Configuration()
        configuration.readonly = true
        return try DatabaseQueue(path: project.path(".converge/ledger.db"), configuration: configuration).read { db in
            guard try db.tableExists("operation") else { return 0 }
            return try Int.fetchOne(db, sql: "select count(*) from operation where status = 'intended'") ?? 0
        }
    }
}

/// Sees each time that a file is written.
private final class WriteWatch: Sendable {
    private let path: String
    private let state = Mutex((size: off_t(0), seconds: 0, nanoseconds: 0, isOver: false))

    init(_ path: String) { self.path = path }

    var isOver: Bool { state.withLock { $0.isOver } }

    func end() { state.withLock { $0.isOver = true } }

    /// Does something unless the watch is over, which it is not before that is done.
    func whileGoing(_ body: () -> Void) { state.withLock { if !$0.isOver { body() } } }

    func hasChanged() -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { return false }
        return state.withLock { state in
            let (size, time) = (status.st_size, status.st_mtim)
            guard size != state.size || time.tv_sec != state.seconds || time.tv_nsec != state.nanoseconds else {
                return false
            }
            (state.size, state.seconds, state.nanoseconds) = (size, time.tv_sec, time.tv_nsec)
            return size > 0
        }
    }
}
