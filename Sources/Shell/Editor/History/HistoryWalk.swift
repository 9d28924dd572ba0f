// SPDX-License-Identifier: Apache-2.0

/// Earlier statements by number, the oldest first.
protocol EarlierStatements {
    var count: Int { get }
    /// The text of an entry; nil where the number means none, or one that cannot be read.
    func text(at index: Int) -> String?
    /// The latest entry before an index that begins with the text.
    func index(before index: Int, startingWith prefix: String) -> Int?
}

extension EarlierStatements {
    /// The first entry behind an index that begins with the text.
    func index(after index: Int, startingWith prefix: String) -> Int? {
        var candidate = index + 1
        while candidate < count {
            if let text = text(at: candidate), text.hasPrefix(prefix) { return candidate }
            candidate += 1
        }
        return nil
    }
}

/// A walk through earlier statements with Up and Down, among those that begin with what was typed before it.
struct HistoryWalk {
    /// What stood in the line before the walk; comes back below the newest entry.
    let typed: String
    private(set) var position: Int
    private var shown: String

    init(typed: String, position: Int) {
        self.typed = typed
        self.position = position
        shown = typed
    }

    /// The next entry into the past that differs from the one shown; nil at the oldest.
    mutating func back(in entries: some EarlierStatements) -> String? {
        var candidate = position
        while let index = entries.index(before: candidate, startingWith: typed) {
            candidate = index
            if let text = entries.text(at: index), text != shown {
                position = index
                shown = text
                return text
            }
        }
        return nil
    }

    /// The next entry towards the present, or what was typed; nil when that is shown already.
    mutating func forward(in entries: some EarlierStatements) -> String? {
        guard position < entries.count else { return nil }
        var candidate = position
        while let index = entries.index(after: candidate, startingWith: typed) {
            candidate = index
            if let text = entries.text(at: index), text != shown {
                position = index
                shown = text
                return text
            }
        }
        position = entries.count
        shown = typed
        return typed
    }
}
