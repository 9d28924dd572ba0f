// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// The statements entered before, in this shell and in others.
///
/// Walking sees what this shell entered and what was there before it started; searching sees the entries of
/// shells that run beside it too. An entry is in the file before its statement runs, so that a killed shell
/// loses none.
package final class History: Sendable {
    private struct State {
        /// What was in the file when it was first looked at.
        var before = HistoryLog()
        var own: [HistoryEntry] = []
        /// What came into the file since, from this and other shells.
        var since = HistoryLog()
        var readUpTo: Int?
    }

    private let state = Mutex(State())
    private let file: HistoryFile?
    private let project: String?
    private let now: @Sendable () -> Int64

    /// A history kept in a file, or, without one, for this visit only. Reads nothing yet.
    ///
    /// - Parameter project: The folder of the present project; hints prefer statements entered in it.
    package init(
        file: String?, project: String? = nil, now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }
    ) {
        self.file = file.map { HistoryFile(path: $0) }
        self.project = project
        self.now = now
    }

    /// Reads what is in the file, once; what another shell adds later is not walked through.
    package func load() {
        state.withLock { state in
            guard state.readUpTo == nil else { return }
            let (bytes, end) = file?.read(from: 0) ?? ([], 0)
            state.readUpTo = end - bytes.count + state.before.append(bytes)
        }
    }

    /// Adds a statement and writes it to the file at once.
    ///
    /// - Parameters:
    ///   - text: The statement. One that repeats the last entry is not added again.
    ///   - stored: What the file gets: nil for nothing; a leading blank always means nothing.
    package func record(_ text: String, stored: String?) {
        load()
        guard !text.allSatisfy(\.isWhitespace) else { return }
        state.withLock { state in
            let entry = HistoryEntry(text: stored ?? text, time: now(), project: project)
            let last = state.own.last?.text ?? state.before.text(at: state.before.count - 1)
            if last == entry.text { return }
            state.own.append(entry)
            if stored != nil, text.first?.isWhitespace == false { _ = file?.append(line: entry.line) }
        }
    }

    /// The latest entries that hold the text, those of other shells included, the latest first, each once.
    package func search(_ text: String, atMost limit: Int = 500) -> [HistoryEntry] {
        load()
        return state.withLock { state in
            if let file, let from = state.readUpTo {
                let (bytes, end) = file.read(from: from)
                state.readUpTo = end - bytes.count + state.since.append(bytes)
            }
            var seen: Set<String> = []
            // What this shell entered is in `since` too, unless it is not stored: the newer of both comes first.
            let own = state.own.reversed().filter { text.isEmpty || $0.text.contains(text) }
            let since = state.since.entries(containing: text, atMost: limit, except: &seen)
            seen.formUnion(own.map(\.text))
            let before = state.before.entries(containing: text, atMost: limit, except: &seen)
            var merged: [HistoryEntry] = []
            var kept: Set<String> = []
            for entry in (own + since).sorted(by: { $0.time > $1.time }) + before
            where kept.insert(entry.text).inserted { merged.append(entry) }
            return Array(merged.prefix(limit))
        }
    }

    /// The latest entry that goes on from the text, one of this project before any other.
    func continuation(of text: String) -> String? {
        guard !text.isEmpty else { return nil }
        return state.withLock { state in
            func goesOn(_ candidate: HistoryEntry?) -> HistoryEntry? {
                guard let candidate, candidate.text.utf8.count > text.utf8.count, candidate.text.hasPrefix(text) else {
                    return nil
                }
                return candidate
            }
            let own = state.own.last { goesOn($0) != nil }
            if let own { return own.text }
            var first: HistoryEntry?
            var index = state.before.count
            for _ in 0..<Self.rankedMatches {
                guard let found = state.before.index(before: index, startingWith: text) else { break }
                index = found
                guard let entry = goesOn(state.before.entry(at: found)) else { continue }
                if project == nil || entry.project == project { return entry.text }
                if first == nil { first = entry }
            }
            return first?.text
        }
    }

    /// How many matches are looked at for one of the same project.
    private static let rankedMatches = 50
}

extension History: EarlierStatements {
    var count: Int { state.withLock { $0.before.count + $0.own.count } }

    func text(at index: Int) -> String? {
        state.withLock { state in
            let ownIndex = index - state.before.count
            if ownIndex < 0 { return state.before.text(at: index) }
            return ownIndex < state.own.count ? state.own[ownIndex].text : nil
        }
    }

    func index(before index: Int, startingWith prefix: String) -> Int? {
        state.withLock { state in
            let ownEnd = min(index - state.before.count, state.own.count)
            if ownEnd > 0, let found = state.own[..<ownEnd].lastIndex(where: { $0.text.hasPrefix(prefix) }) {
                return state.before.count + found
            }
            return state.before.index(before: index, startingWith: prefix)
        }
    }
}
