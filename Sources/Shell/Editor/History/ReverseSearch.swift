// SPDX-License-Identifier: Apache-2.0

/// The state of Ctrl-R: what is looked for, what was found, and which of it is chosen.
struct ReverseSearch: Equatable {
    /// The text before the search; comes back when it is given up.
    let original: TextBuffer
    private(set) var query = ""
    private(set) var matches: [HistoryEntry] = []
    private(set) var chosen = 0

    init(original: TextBuffer) { self.original = original }

    /// What the line shows: the chosen entry, or the original where nothing was found.
    var preview: TextBuffer {
        matches.indices.contains(chosen) ? TextBuffer(matches[chosen].text) : original
    }

    mutating func type(_ scalar: Unicode.Scalar) { query.unicodeScalars.append(scalar) }
    mutating func append(_ text: String) { query += text }
    mutating func deleteBackward() { if !query.isEmpty { query.removeLast() } }
    mutating func clear() { query = "" }

    /// Takes in what the query finds now, the latest first.
    mutating func show(_ found: [HistoryEntry]) {
        matches = found
        chosen = 0
    }

    mutating func older() { chosen = min(chosen + 1, max(matches.count - 1, 0)) }
    mutating func newer() { chosen = max(chosen - 1, 0) }
}
