// SPDX-License-Identifier: Apache-2.0
import Shell

/// The newest entries of what may be long.
struct NewestEntries<Entry> {
    let entries: [Entry]
    /// True where there are more than were asked for.
    let isMore: Bool

    /// - Parameter read: Reads so many at most, the newest first.
    init(limit: Int, _ read: (Int) async throws -> [Entry]) async throws {
        let limit = max(1, limit)
        let found = try await read(limit == .max ? limit : limit + 1)
        entries = Array(found.prefix(limit))
        isMore = found.count > limit
    }

    /// What stands below the table of them.
    ///
    /// - Parameter what: What they are: `versions`.
    func more(_ what: String, _ style: TextStyle) -> String {
        if !isMore { return "" }
        let count = entries.count
        return style(.dim, "more than \(count) \(what); --limit \(count * 10) shows more of them") + "\n"
    }
}
