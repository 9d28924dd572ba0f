// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Whether a value of one type may stand where another is wanted.
enum Fit: Sendable {
    /// It always is one, as it stands.
    case yes
    /// It becomes one without loss, or it must be looked at once it is there.
    case converts
    /// It would be one if it were not null.
    case mayBeNull
    /// A text that was put together elsewhere, where text with a meaning of its own is wanted.
    case foreignText
    case no

    /// The worse of both.
    func and(_ other: Fit) -> Fit { rank >= other.rank ? self : other }

    private var rank: Int {
        switch self {
        case .yes: 0
        case .converts: 1
        case .mayBeNull: 2
        case .foreignText: 3
        case .no: 4
        }
    }

    var isPossible: Bool { rank <= 1 }
}

extension RecipeType {
    /// Whether a value of this type may stand where `wanted` is asked for.
    ///
    /// - Parameter library: Tells the fields of shapes.
    func fit(_ wanted: RecipeType, _ library: ContractLibrary) -> Fit {
        if self == wanted { return wanted.needsLook ? .converts : .yes }
        if isNoValue { return .no }
        switch (self, wanted) {
        case (.poison, _), (_, .poison), (_, .any), (.never, _): return .yes
        case (.any, _): return .converts
        case (.null, _): return wanted.allowsNull ? .yes : .mayBeNull
        case (.either(let types), _): return types.reduce(.yes) { $0.and($1.fit(wanted, library)) }
        case (.optional(let inner), .optional(let other)): return inner.fit(other, library)
        case (.optional(let inner), .either) where wanted.allowsNull: return inner.fit(wanted, library)
        case (.optional(let inner), _): return inner.fit(wanted, library).and(.mayBeNull)
        case (_, .optional(let inner)): return fit(inner, library)
        case (_, .either(let types)):
            return types.map { fit($0, library) }.min { $0.and($1) == $1 } ?? .no
        case (.int, .float): return .converts
        case (.string, .url), (.url, .string): return .converts
        case (.string, .sql), (.string, .shell), (.string, .html): return .foreignText
        case (.list(let items), .list(let other)): return items.fit(other, library)
        case (.record(let fields), .map(let element)):
            return fields.values.reduce(.yes) { $0.and($1.fit(element, library)) }
        case (.map(let items), .map(let other)): return items.fit(other, library)
        case (.record, .object), (.map, .object), (.shape, .object): return .yes
        case (.object, .map), (.object, .shape), (.map, .shape), (.object, .record): return .converts
        case (.shape, .map(.any)): return .yes
        case (.record(let fields), .shape(let name)): return Self.fit(fields, shape: name, library)
        case (.secret(let inner), .secret(let other)): return inner.fit(other, library)
        default: return .no
        }
    }

    private static func fit(_ fields: [String: RecipeType], shape name: String, _ library: ContractLibrary) -> Fit {
        guard let shape = library.shape(named: name) else { return .yes }
        var result = Fit.converts
        for (field, type) in fields {
            guard let parameter = shape.parameter(named: field) else { return .no }
            result = result.and(type.fit(parameter.type, library))
        }
        let isWhole = shape.parameters.allSatisfy { !$0.isRequired || fields[$0.name] != nil }
        return isWhole ? result : .no
    }

    /// True where a value must be completed although its type is right: shapes have defaults and rules.
    private var needsLook: Bool {
        switch self {
        case .shape: true
        case .list(let inner), .map(let inner), .optional(let inner): inner.needsLook
        case .either(let types): types.contains(where: \.needsLook)
        default: false
        }
    }

    /// True for what evaluation knows and no field can take: steps, modules, functions, and lists and maps of them.
    var isNoValue: Bool {
        switch self {
        case .step, .module, .function: true
        case .list(let inner), .map(let inner), .optional(let inner): inner.isNoValue
        case .record(let fields): fields.values.contains(where: \.isNoValue)
        case .either(let types): types.contains(where: \.isNoValue)
        default: false
        }
    }

    /// Whether `==` between both can be true.
    func isComparable(with other: RecipeType) -> Bool {
        switch (self, other) {
        case (.poison, _), (_, .poison), (.any, _), (_, .any), (.null, _), (_, .null), (.never, _), (_, .never):
            return true
        case (.optional(let left), _): return left.isComparable(with: other.unwrapped)
        case (_, .optional(let right)): return isComparable(with: right)
        case (.either(let types), _): return types.contains { $0.isComparable(with: other) }
        case (_, .either(let types)): return types.contains { isComparable(with: $0) }
        case (.int, .float), (.float, .int), (.string, .url), (.url, .string): return true
        case (.list(let left), .list(let right)), (.map(let left), .map(let right)):
            return left.isComparable(with: right)
        case (.thing, .thing): return true
        default: return self == other || isObject && other.isObject
        }
    }

    var isObject: Bool {
        switch self {
        case .object, .record, .map, .shape: true
        default: false
        }
    }

    /// True where values are collected in it.
    var isCollection: Bool {
        switch unwrapped {
        case .list, .map, .record: true
        default: false
        }
    }

    /// True where a secret is the value itself or in it.
    var holdsSecret: Bool {
        switch self {
        case .secret: true
        case .optional(let inner), .list(let inner), .map(let inner): inner.holdsSecret
        case .either(let types): types.contains(where: \.holdsSecret)
        case .record(let fields): fields.values.contains(where: \.holdsSecret)
        default: false
        }
    }
}

extension Fit: Equatable {}
