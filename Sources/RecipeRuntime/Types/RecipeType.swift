// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What the checker knows of a value before it is there.
indirect enum RecipeType: Sendable, Hashable {
    /// Something wrong that was reported already: fits everywhere, so that one cause stays one error.
    case poison
    case any
    /// The type of `null` alone.
    case null
    /// The type of the items of an empty list.
    case never
    case bool, int, float, string, duration, size, percent, date, time
    case sql, shell, url, html
    case table, column, model, artifact
    /// An object of which no field is known.
    case object
    /// An object whose fields are known.
    case record([String: RecipeType])
    case list(RecipeType)
    case map(RecipeType)
    case secret(RecipeType)
    case optional(RecipeType)
    case either([RecipeType])
    case shape(String)
    /// A resource, by the name of its capability or kind.
    case thing(String)
    /// A step, by the name of its kind; no value, only its outputs are. Those named are absent where its `@recover`
    /// step stood in for it.
    case step(String, mayLack: Set<String> = [])
    /// An imported module, by its position among the imports; no value, only its outputs are.
    case module(Int)
    /// `x => …`, of this result.
    case function(RecipeType)
}

extension RecipeType {
    private static let simple: [(RecipeType, String)] = [
        (.poison, "Any"), (.any, "Any"), (.null, "null"), (.never, "Any"), (.bool, "Bool"), (.int, "Int"),
        (.float, "Float"), (.string, "String"), (.duration, "Duration"), (.size, "Size"), (.percent, "Percent"),
        (.date, "Date"), (.time, "Time"), (.sql, "Sql"), (.shell, "Shell"), (.url, "Url"), (.html, "Html"),
        (.table, "Table"), (.column, "Column"), (.model, "Model"), (.artifact, "Artifact"), (.object, "Object"),
        (.record([:]), "Object")
    ]

    /// The type as the language writes it.
    var description: String {
        switch self {
        case .list(let element): "List<\(element.description)>"
        case .map(let element): "Map<\(element.description)>"
        case .secret(let element): "Secret<\(element.description)>"
        case .optional(let element): "\(element.description)?"
        case .either(let types): types.map(\.description).joined(separator: " or ")
        case .shape(let name), .thing(let name): name
        case .step(let kind, _): "the step (\(kind))"
        case .module: "the module"
        case .function: "a function"
        case .record: "Object"
        default: Self.simple.first { $0.0 == self }?.1 ?? "Any"
        }
    }

    /// The type with its article, for sentences.
    var phrase: String {
        switch self {
        case .null: "null"
        case .step, .module, .function: description
        case .any, .poison, .never: "a value of any type"
        case .int, .object, .record, .artifact: "an \(description)"
        default: "a \(description)"
        }
    }

    /// The type without null.
    var unwrapped: RecipeType {
        switch self {
        case .optional(let inner): inner
        case .null: .never
        default: self
        }
    }

    var allowsNull: Bool {
        switch self {
        case .any, .poison, .null, .optional: true
        case .either(let types): types.contains(where: \.allowsNull)
        default: false
        }
    }

    /// The type with null.
    var orNull: RecipeType {
        switch self {
        case .any, .poison, .null, .optional: self
        case .never: .null
        default: .optional(self)
        }
    }

    /// True for types whose values have a text: what may stand in `${ }` of a plain text.
    var hasText: Bool {
        switch self {
        case .poison, .any, .never, .bool, .int, .float, .string, .duration, .size, .percent, .date, .time, .url,
            .table, .column, .secret:
            true
        case .either(let types): types.allSatisfy(\.hasText)
        default: false
        }
    }

    /// The type of something that is one of both.
    func joined(with other: RecipeType) -> RecipeType {
        if self == other { return self }
        switch (self, other) {
        case (.poison, _), (_, .poison): return .poison
        case (.any, _), (_, .any): return .any
        case (.never, let type), (let type, .never): return type
        case (.null, let type), (let type, .null): return type.orNull
        case (.optional(let left), let right): return left.joined(with: right.unwrapped).orNull
        case (let left, .optional(let right)): return left.joined(with: right).orNull
        case (.int, .float), (.float, .int): return .float
        case (.string, .url), (.url, .string): return .string
        case (.list(let left), .list(let right)): return .list(left.joined(with: right))
        case (.map(let left), .map(let right)): return .map(left.joined(with: right))
        case (.record(let left), .record(let right)) where left.count == right.count:
            var fields = left
            for (name, type) in right {
                guard let present = left[name] else { return .object }
                fields[name] = present.joined(with: type)
            }
            return .record(fields)
        case (.record, .record), (.object, .record), (.record, .object), (.object, .map), (.map, .object):
            return .object
        case (.map(let element), .record(let fields)), (.record(let fields), .map(let element)):
            return .map(fields.values.reduce(element) { $0.joined(with: $1) })
        default:
            let all = alternatives + other.alternatives.filter { !alternatives.contains($0) }
            return .either(all)
        }
    }

    private var alternatives: [RecipeType] { if case .either(let types) = self { types } else { [self] } }

    /// The type of several values together.
    static func joined(_ types: some Sequence<RecipeType>) -> RecipeType {
        types.reduce(.never) { $0.joined(with: $1) }
    }
}
