// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Synchronization

/// Writes the journal of one run: what arrives while a commit is under way goes into the next one together, and the end
/// of a step waits for the beginning of another, so that both share one.
///
/// Everything is written in the order in which it came, and nothing begins after something could not be written; what
/// has happened by then is still written where that is possible. A crash
/// before the end of a step is written leaves its intent open, as a crash before that step's end would.
final class RunJournal: Sendable {
    private enum Turn: Sendable {
        /// Nobody writes: the caller does, for all who wait.
        case mine
        case done
        case lost(Diagnostic)
        /// It came after the loss, and was not taken.
        case late(Diagnostic)
    }

    private struct Content {
        var entries: [JournalEntry] = []
        /// Of the outputs among them, roughly.
        var size = 0
        /// What to do once the entries are written.
        var follow: [@Sendable () -> Void] = []
        /// Callers whose entries are among those that wait.
        var callers: [CheckedContinuation<Turn, Never>] = []
        var isWriting = false
        var lost: Diagnostic?

        /// Takes entries of a caller.
        ///
        /// - Parameter caller: Goes on once they are written; nil where nothing is taken as long as somebody writes.
        /// - Returns: What the caller has to do at once; nil where it waits, or has to come again.
        mutating func take(_ new: [JournalEntry], _ caller: CheckedContinuation<Turn, Never>?) -> Turn? {
            if let lost { return .late(lost) }
            if isWriting {
                guard let caller else { return nil }
                callers.append(caller)
            }
            entries += new
            defer { isWriting = true }
            return isWriting ? nil : .mine
        }

        mutating func takeAll() -> Content {
            defer { (entries, size, follow, callers) = ([], 0, [], []) }
            return self
        }
    }

    private let store: any LedgerStore
    private let lease: Lease
    private let content = Mutex(Content())

    /// So many entries are not kept waiting for the beginning of a step.
    private static let patience = 64
    /// Nor so much: on a full disk all that waits must find its place in the room that is kept for it.
    private static let patientSize = 256 << 10

    init(store: any LedgerStore, lease: Lease) {
        self.store = store
        self.lease = lease
    }

    /// Writes entries, and before them what was carried.
    ///
    /// - Throws: Where these, or something before them, cannot be written.
    func append(_ entries: [JournalEntry]) async throws(Diagnostic) {
        let turn: Turn
        if let own = content.withLock({ $0.take(entries, nil) }) {
            turn = own
        } else {
            turn = await withCheckedContinuation { continuation in
                if let turn = content.withLock({ $0.take(entries, continuation) }) {
                    continuation.resume(returning: turn)
                }
            }
        }
        switch turn {
        case .mine: try await write()
        case .done: break
        case .lost(let diagnostic): throw diagnostic
        case .late(let diagnostic):
            await rescue(entries)
            throw diagnostic
        }
    }

    /// Takes entries that are written with the next ones: whoever carries some sees to it that a step begins at once, or
    /// flushes.
    ///
    /// - Parameter follow: Done once they are written.
    func carry(_ entries: [JournalEntry], then follow: @escaping @Sendable () -> Void) async throws(Diagnostic) {
        let size = entries.reduce(0) { sum, entry in
            guard case .result(let result, _) = entry else { return sum }
            return sum + Value.object(result.outputs).roughSize
        }
        let isMuch = content.withLock { content in
            content.entries += entries
            content.size += size
            content.follow.append(follow)
            return content.entries.count >= Self.patience || content.size >= Self.patientSize
        }
        if isMuch { try await flush() }
        let late = content.withLock { content in content.lost == nil ? [] : content.takeAll().entries }
        await rescue(late)
    }

    /// Writes what was carried; nothing where nothing was.
    ///
    /// - Throws: Where it, or something before it, cannot be written.
    func flush() async throws(Diagnostic) {
        let (isIdle, lost) = content.withLock { ($0.entries.isEmpty && !$0.isWriting, $0.lost) }
        if let lost { throw lost }
        if !isIdle { try await append([]) }
    }

    /// Writes all that waits, and hands the turn on to one of those who came meanwhile.
    private func write() async throws(Diagnostic) {
        let taken = content.withLock { $0.takeAll() }
        var lost: Diagnostic?
        if !taken.entries.isEmpty {
            do {
                try await store.append(taken.entries, under: lease)
            } catch {
                lost = error
                await rescue(taken.entries)
            }
        }
        if lost == nil { for follow in taken.follow { follow() } }
        let (next, late) = content.withLock { content -> (CheckedContinuation<Turn, Never>?, Content) in
            content.lost = lost
            if lost != nil {
                content.isWriting = false
                return (nil, content.takeAll())
            }
            let next = content.callers.isEmpty ? nil : content.callers.removeFirst()
            content.isWriting = next != nil
            return (next, Content())
        }
        if lost != nil { await rescue(late.entries) }
        for caller in taken.callers + late.callers { caller.resume(returning: lost.map { .lost($0) } ?? .done) }
        next?.resume(returning: .mine)
        if let lost { throw lost }
    }

    /// Writes of entries that could not be written together what has happened already; what cannot be written either
    /// stays open, and is settled later.
    private func rescue(_ entries: [JournalEntry]) async {
        let happened = entries.recordings
        if happened.isEmpty { return }
        do { try await store.append(happened, under: lease) } catch {
            // The first loss is told. What finds no room together may find it one by one.
            for entry in happened.count > 1 ? happened : [] {
                do { try await store.append([entry], under: lease) } catch {}
            }
        }
    }
}
