// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// AWS's own name of a thing, over its fields and outputs: `$role_name`, `${bucket}/${key}`.
struct NativeID: Sendable {
    private let text: String
    private let splitsFromLeft: Bool

    init(_ text: String, splitsFromLeft: Bool) {
        self.text = text
        self.splitsFromLeft = splitsFromLeft
    }

    /// The name in a scope, where a part that is not there is empty; nil where no part is there.
    func name(in scope: Scope) -> String? {
        if let whole = scope.expand(.string(text))?.plainText { return whole }
        guard text.hasPrefix("${") || text.contains("${") else { return nil }
        var result = ""
        var hasPart = false
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            let inside = rest[start.upperBound...].prefix { $0 != "}" }
            let part = scope.value(of: String(inside))?.plainText
            hasPart = hasPart || part != nil
            result += part ?? ""
            rest = rest[inside.endIndex...].dropFirst()
        }
        return hasPart ? result + rest : nil
    }

    /// The fields and outputs that a name gives; nil where the name has another form.
    func parts(of name: String) -> ObjectValue? {
        if text.hasPrefix("$"), !text.hasPrefix("${") { return [Self.field(text.dropFirst()): .string(name)] }
        var names: [String] = []
        var separators: [String] = []
        var rest = Substring(text)
        while let start = rest.firstRange(of: "${") {
            separators.append(String(rest[..<start.lowerBound]))
            let inside = rest[start.upperBound...].prefix { $0 != "}" }
            names.append(Self.field(inside))
            rest = rest[inside.endIndex...].dropFirst()
        }
        let end = String(rest)
        guard var left = separators.first.flatMap({ name.hasPrefix($0) ? name.dropFirst($0.count) : nil }),
            left.hasSuffix(end)
        else { return nil }
        left = left.dropLast(end.count)
        let between = separators.dropFirst()
        var values: [Substring] = []
        if splitsFromLeft {
            for separator in between {
                guard let found = left.firstRange(of: separator) else { return nil }
                values.append(left[..<found.lowerBound])
                left = left[found.upperBound...]
            }
            values.append(left)
        } else {
            for separator in between.reversed() {
                guard let found = left.lastRange(of: separator) else { return nil }
                values.insert(left[found.upperBound...], at: 0)
                left = left[..<found.lowerBound]
            }
            values.insert(left, at: 0)
        }
        return ObjectValue(
            zip(names, values).compactMap { $1.isEmpty ? nil : ($0, .string(String($1))) })
    }

    /// The name that a part is given to: the first of several.
    private static func field(_ part: Substring) -> String {
        String(part.split(separator: "?").first ?? part).filter { $0 != " " }
    }
}

extension Substring {
    /// The last place of a text in this one.
    fileprivate func lastRange(of text: String) -> Range<Index>? {
        guard !text.isEmpty else { return nil }
        return ranges(of: text).last
    }
}
