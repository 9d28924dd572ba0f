// SPDX-License-Identifier: Apache-2.0

/// Finds the known name that was probably meant.
public enum NearestName {
    /// The candidate closest to `name` by edits (insert, remove, change, swap), or nil where none is close:
    /// at most a third of the name's length, and at least one.
    public static func find(_ name: String, in candidates: some Sequence<String>) -> String? {
        let wanted = scalars(of: name)
        let limit = Swift.max(1, wanted.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            // In UTF-8, a scalar that is there once more takes four bytes at most.
            let more = candidate.utf8.count - name.utf8.count
            if abs(more) > limit * 4 { continue }
            let letters = scalars(of: candidate)
            guard abs(letters.count - wanted.count) <= limit else { continue }
            let distance = distance(wanted, letters, limit: Swift.min(limit, (best?.distance ?? .max) - 1))
            if let distance { best = (candidate, distance) }
        }
        return best?.name
    }

    /// The letters of a name, capital ones as small ones.
    private static func scalars(of name: String) -> [UInt32] {
        if name.utf8.allSatisfy({ $0 < 0x80 }) {
            return name.utf8.map { UInt32($0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0) }
        }
        return name.lowercased().unicodeScalars.map(\.value)
    }

    /// The number of edits; nil where there are more than the limit.
    private static func distance(_ left: [UInt32], _ right: [UInt32], limit: Int) -> Int? {
        guard limit >= 0 else { return nil }
        if left.isEmpty || right.isEmpty {
            let length = Swift.max(left.count, right.count)
            return length <= limit ? length : nil
        }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        var row = last
        for (i, a) in left.enumerated() {
            row[0] = i + 1
            var least = row[0]
            for (j, b) in right.enumerated() {
                var cost = Swift.min(last[j + 1] + 1, row[j] + 1, last[j] + (a == b ? 0 : 1))
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { cost = Swift.min(cost, beforeLast[j - 1] + 1) }
                row[j + 1] = cost
                least = Swift.min(least, cost)
            }
            // A swap reaches two rows back, so that one row beyond the limit decides nothing alone.
            if least > limit + 1 { return nil }
            (beforeLast, last, row) = (last, row, beforeLast)
        }
        return last[right.count] <= limit ? last[right.count] : nil
    }
}
