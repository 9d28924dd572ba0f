// SPDX-License-Identifier: Apache-2.0

/// A place in a trace, as programs hand it on: the value of `traceparent` of the W3C's Trace Context.
struct TraceParent: Sendable, Hashable {
    /// 32 hexadecimal digits, not all 0.
    var trace: String
    /// 16 hexadecimal digits, not all 0.
    var span: String
    var isSampled: Bool

    /// The environment variable in which a program finds it.
    static let variable = "TRACEPARENT"

    init(trace: String, span: String, isSampled: Bool = true) {
        self.trace = trace
        self.span = span
        self.isSampled = isSampled
    }

    /// - Returns: Nil for what is no place in a trace.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, Self.isHex(parts[0], 2), parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            Self.isHex(parts[1], 32), Self.isHex(parts[2], 16), Self.isHex(parts[3], 2),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" }),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        self.init(trace: parts[1], span: parts[2], isSampled: flags & 1 == 1)
    }

    private static func isHex(_ text: String, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    var text: String { "00-\(trace)-\(span)-\(isSampled ? "01" : "00")" }
}
