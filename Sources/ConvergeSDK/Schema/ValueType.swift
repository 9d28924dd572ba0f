// SPDX-License-Identifier: Apache-2.0

/// The type of a field, a parameter or an output.
public indirect enum ValueType: Sendable, Hashable {
    case any, bool, int, float, string, duration, size, percent, date, time, object
    case sql, shell, url, html
    case table, column, model, artifact
    case list(ValueType)
    /// Keys are strings.
    case map(ValueType)
    case secret(ValueType)
    /// `T?`: null is allowed.
    case optional(ValueType)
    /// `A or B`: one of several, such as `Table or Artifact`.
    case either([ValueType])
    /// A shape, a capability or a resource kind, by name.
    case named(String)
}

extension ValueType: CustomStringConvertible {
    private static let simple: [(name: String, type: ValueType)] = [
        ("Any", .any), ("Bool", .bool), ("Int", .int), ("Float", .float), ("String", .string),
        ("Duration", .duration), ("Size", .size), ("Percent", .percent), ("Date", .date), ("Time", .time),
        ("Object", .object), ("Sql", .sql), ("Shell", .shell), ("Url", .url), ("Html", .html), ("Table", .table),
        ("Column", .column), ("Model", .model), ("Artifact", .artifact)
    ]

    /// The names of the types that take no parameter, for completion and suggestions.
    public static var simpleNames: [String] { simple.map(\.name) }

    /// The type as the language writes it: `Map<List<Int>>?`.
    public var description: String {
        switch self {
        case .list(let element): "List<\(element)>"
        case .map(let element): "Map<\(element)>"
        case .secret(let element): "Secret<\(element)>"
        case .optional(let element): "\(element)?"
        case .either(let types): types.map(\.description).joined(separator: " or ")
        case .named(let name): name
        default: Self.simple.first { $0.type == self }?.name ?? "Any"
        }
    }

    /// Reads a type; nil where the text is none. Any dotted name in upper camel case is taken for a kind or shape.
    public init?(_ text: String) {
        let alternatives = text.components(separatedByWord: " or ")
        if alternatives.count > 1 {
            let types = alternatives.compactMap { ValueType($0) }
            guard types.count == alternatives.count else { return nil }
            self = .either(types)
            return
        }
        let text = text.trimmed
        if text.hasSuffix("?") {
            guard let inner = ValueType(String(text.dropLast())) else { return nil }
            self = .optional(inner)
            return
        }
        if text.hasSuffix(">"), let open = text.firstIndex(of: "<") {
            guard let inner = ValueType(String(text[text.index(after: open)...].dropLast())) else { return nil }
            switch text[..<open] {
            case "List": self = .list(inner)
            case "Map": self = .map(inner)
            case "Secret": self = .secret(inner)
            default: return nil
            }
            return
        }
        if let found = Self.simple.first(where: { $0.name == text }) {
            self = found.type
            return
        }
        let isName = text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            part.first.map { $0.isLetter || $0 == "_" } ?? false
                && part.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
        }
        guard isName else { return nil }
        self = .named(text)
    }

    /// True where null is a value of the type.
    public var allowsNull: Bool {
        switch self {
        case .any, .optional: true
        case .either(let types): types.contains { $0.allowsNull }
        default: false
        }
    }

    /// The type without the question mark.
    public var unwrapped: ValueType { if case .optional(let inner) = self { inner } else { self } }
}

extension ValueType: Codable {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let type = ValueType(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no type")
        }
        self = type
    }
}

extension String {
    fileprivate var trimmed: String {
        var view = Substring(self)
        while view.first == " " { view.removeFirst() }
        while view.last == " " { view.removeLast() }
        return String(view)
    }

    /// Splits at a separator that is not inside angle brackets.
    fileprivate func components(separatedByWord separator: String) -> [String] {
        var parts: [String] = []
        var current = ""
        var depth = 0
        var rest = Substring(self)
        while let character = rest.first {
            if depth == 0, rest.hasPrefix(separator) {
                parts.append(current)
                current = ""
                rest = rest.dropFirst(separator.count)
                continue
            }
            if character == "<" { depth += 1 }
            if character == ">" { depth -= 1 }
            current.append(character)
            rest = rest.dropFirst()
        }
        parts.append(current)
        return parts
    }
}
