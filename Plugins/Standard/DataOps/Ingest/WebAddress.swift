// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// An http or https address from which a file is fetched.
struct WebAddress: Sendable, Hashable {
    /// `http` or `https`.
    let scheme: String
    /// Host and port.
    let authority: String
    /// From the first slash, with the query, without a fragment.
    let target: String

    static func isOne(_ text: String) -> Bool {
        let start = text.prefix(8).lowercased()
        return start.hasPrefix("http://") || start.hasPrefix("https://")
    }

    /// Nil where there is no host, or something stands before it that would be shown with it.
    init?(_ text: String) {
        guard Self.isOne(text), let colon = text.firstIndex(of: ":") else { return nil }
        let rest = text[text.index(colon, offsetBy: 3)...].prefix { $0 != "#" }
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let authority = rest[..<end]
        guard !authority.isEmpty, !authority.contains("@"), !text.contains(where: \.isWhitespace) else { return nil }
        let target = String(rest[end...])
        self.init(
            scheme: text[..<colon].lowercased(), authority: String(authority),
            target: target.hasPrefix("/") ? target : "/" + target)
    }

    private init(scheme: String, authority: String, target: String) {
        self.scheme = scheme
        self.authority = authority
        self.target = target
    }

    var text: String { "\(scheme)://\(authority)\(target)" }

    /// Without the query, which often carries credentials.
    var shown: String { "\(scheme)://\(authority)\(path)" }

    private var path: String { String(target.prefix { $0 != "?" }) }

    /// Where a redirection from here leads; nil where that cannot be told.
    func resolving(_ location: String) -> WebAddress? {
        if Self.isOne(location) { return WebAddress(location) }
        if location.hasPrefix("//") { return WebAddress("\(scheme):\(location)") }
        let reference = String(location.prefix { $0 != "#" })
        let isOther = reference.prefix { $0 != "/" && $0 != "?" }.contains(":")
        if reference.isEmpty || isOther || reference.contains(where: \.isWhitespace) { return nil }
        if reference.hasPrefix("/") { return at(reference) }
        if reference.hasPrefix("?") { return at(path + reference) }
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
        return at(folder + reference)
    }

    /// The same host under another path, whose parts `.` and `..` are walked.
    private func at(_ reference: some StringProtocol) -> WebAddress {
        let query = reference.drop { $0 != "?" }
        var parts: [Substring] = []
        let walked = String(reference.prefix { $0 != "?" }).split(separator: "/", omittingEmptySubsequences: false)
        for (offset, part) in walked.dropFirst().enumerated() {
            let isLast = offset == walked.count - 2
            switch part {
            case ".": if isLast { parts.append("") }
            case "..":
                if !parts.isEmpty { parts.removeLast() }
                if isLast { parts.append("") }
            default: parts.append(part)
            }
        }
        return WebAddress(scheme: scheme, authority: authority, target: "/" + parts.joined(separator: "/") + query)
    }
}
