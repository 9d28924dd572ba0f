// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

import struct Foundation.Date
import struct Foundation.TimeZone

/// The clock on the wall of a place, by the IANA name of its time zone.
package struct LocalZone: Sendable, Hashable {
    /// Such as `Europe/Berlin`.
    package let name: String
    private let zone: TimeZone

    package static let utc = LocalZone(fixed: "UTC")

    /// - Returns: Nil for what is no zone of the IANA database; abbreviations and offsets are none.
    package init?(_ name: String) {
        guard name == "UTC" || name == "GMT" || name.contains("/"), let zone = TimeZone(identifier: name) else {
            return nil
        }
        self.name = name
        self.zone = zone
    }

    private init(fixed name: String) {
        self.name = name
        zone = .gmt
    }

    /// The names that can be suggested.
    package static var knownNames: [String] { TimeZone.knownTimeZoneIdentifiers + ["UTC"] }

    /// How far the clock on the wall is ahead of UTC at a moment, in seconds.
    func offset(at second: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
    }

    /// The day on the wall at a moment.
    package func date(at time: Timestamp) -> CalendarDate {
        CalendarDate(daysSinceEpoch: day(at: time.wholeSeconds))
    }

    func day(at second: Int64) -> Int {
        let local = second + offset(at: second)
        return Int(local >= 0 ? local / 86_400 : (local - 86_399) / 86_400)
    }
}

extension Timestamp {
    /// The last whole second up to the moment.
    var wholeSeconds: Int64 {
        nanoseconds >= 0 ? nanoseconds / 1_000_000_000 : (nanoseconds - 999_999_999) / 1_000_000_000
    }

    init(second: Int64) { self.init(nanoseconds: second.multipliedReportingOverflow(by: 1_000_000_000).partialValue) }
}
