// SPDX-License-Identifier: Apache-2.0

/// One of the five fields of a cron text, as the set of numbers that it allows.
struct CronField: Sendable, Hashable {
    /// What a field counts.
    enum Unit: Int, Sendable, Hashable, CaseIterable {
        case minute, hour, day, month, weekday

        var range: ClosedRange<Int> {
            switch self {
            case .minute: 0...59
            case .hour: 0...23
            case .day: 1...31
            case .month: 1...12
            case .weekday: 0...7
            }
        }

        var words: String {
            switch self {
            case .minute: "the minute"
            case .hour: "the hour"
            case .day: "the day of the month"
            case .month: "the month"
            case .weekday: "the day of the week"
            }
        }

        /// Names in the order of their numbers, from the lowest on.
        fileprivate var names: [String] {
            switch self {
            case .month: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
            case .weekday: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
            default: []
            }
        }
    }

    /// A bit for each number.
    private var bits: UInt64 = 0
    /// True where the field begins with `*`: it restricts nothing by itself.
    let isOpen: Bool

    func contains(_ number: Int) -> Bool { (0...63).contains(number) && bits & (1 << UInt64(number)) != 0 }

    /// The numbers, lowest first.
    var numbers: [Int] { (0...63).filter { contains($0) } }

    /// Reads a field: `*`, numbers, names, ranges, steps, and lists of them.
    init(_ text: Substring, _ unit: Unit) throws(CronError) {
        isOpen = text.hasPrefix("*")
        var offset = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            try add(part, unit, text, offset)
            offset += part.utf8.count + 1
        }
        // Sunday has two numbers.
        if unit == .weekday, contains(7) { bits = bits & ~(1 << 7) | 1 }
    }

    private mutating func add(
        _ part: Substring, _ unit: Unit, _ field: Substring, _ offset: Int
    ) throws(CronError) {
        let wrong = { (message: String) in
            CronError(message, at: offset..<(offset + max(1, part.utf8.count)))
        }
        let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = halves.first, !base.isEmpty else {
            throw wrong(field.isEmpty ? "\(unit.words) is missing" : "a number is missing in \(unit.words)")
        }
        var step = 1
        if halves.count == 2 {
            guard let number = Self.number(halves[1]), number > 0 else {
                throw wrong("a step is a number from 1 on, as in */15")
            }
            step = number
        }
        let range: ClosedRange<Int>
        if base == "*" {
            range = unit == .weekday ? 0...6 : unit.range
        } else {
            let ends = base.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
            guard let low = ends.first.flatMap({ Self.value($0, unit) }) else { throw wrong(Self.unread(base, unit)) }
            if ends.count == 2 {
                guard let high = Self.value(ends[1], unit) else { throw wrong(Self.unread(ends[1], unit)) }
                guard low <= high else { throw wrong("the range \(base) ends before it begins") }
                range = low...high
            } else {
                range = low...(halves.count == 2 ? unit.range.upperBound : low)
            }
        }
        for number in stride(from: range.lowerBound, through: range.upperBound, by: step) {
            bits |= 1 << UInt64(number)
        }
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    private static func value(_ text: Substring, _ unit: Unit) -> Int? {
        if let position = unit.names.firstIndex(of: text.uppercased()) { return position + unit.range.lowerBound }
        return number(text).flatMap { unit.range.contains($0) ? $0 : nil }
    }

    private static func unread(_ text: Substring, _ unit: Unit) -> String {
        let range = unit.range
        if text.utf8.contains(where: { "LW#?".utf8.contains($0) }), Int(text) == nil, text.utf8.count <= 3,
            !unit.names.contains(text.uppercased())
        {
            return "\(unit.words) takes no L, W, # or ?"
        }
        let names = unit.names.first.map { " or a name such as \($0)" } ?? ""
        return "\(unit.words) is a number from \(range.lowerBound) to \(range.upperBound)\(names), not '\(text)'"
    }
}

/// Why a text is no cron schedule, and which part of it shows that.
package struct CronError: Error, Sendable, Hashable {
    package var message: String
    /// UTF-8 offsets into the text.
    package var range: Range<Int>

    init(_ message: String, at range: Range<Int>) {
        self.message = message
        self.range = range
    }
}
