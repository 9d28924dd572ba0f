// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// A literal that is no string: what it means, and where it is written.
package struct Literal: Sendable, Hashable {
    package var value: LiteralValue
    package var range: SourceRange

    package init(_ value: LiteralValue, _ range: SourceRange) {
        self.value = value
        self.range = range
    }
}

/// The converted value of a literal; what does not fit was reported by the parser and stands as
/// `Expression.invalid`.
package enum LiteralValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case float(Double)
    case duration(nanoseconds: Int64)
    case size(bytes: Int64)
    /// 20% is 20.
    case percent(Double)
    case date(DateLiteral)
    case time(TimeLiteral)
}

/// A day that exists.
package struct DateLiteral: Sendable, Hashable {
    package var year: Int
    package var month: Int
    package var day: Int
}

/// A moment, as written and as a number.
package struct TimeLiteral: Sendable, Hashable {
    /// As the author wrote it: `2026-11-01T02:00+01:00`.
    package var text: String
    package var date: DateLiteral
    package var hour: Int
    package var minute: Int
    package var second: Int
    package var nanosecond: Int
    /// How far the written zone is ahead of UTC.
    package var offsetMinutes: Int
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    package var nanosecondsSinceEpoch: Int64
}
