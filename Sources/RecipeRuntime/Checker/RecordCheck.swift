// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// Holds the objects that a text writes down inside of a field to what the platform's API has.
///
/// What an expression gives at run time is not looked at: the provider refuses what does not fit.
struct RecordCheck {
    private let checker: ExpressionChecker
    private let kind: String
    private let records: [RecordSchema]

    init(_ checker: ExpressionChecker, _ kind: String, _ records: [RecordSchema]) {
        self.checker = checker
        self.kind = kind
        self.records = records
    }

    /// - Parameter place: What is checked, for messages: `'execution' of aws.ecs.Service`.
    func check(_ expression: Expression, _ type: ValueType, _ place: String) {
        switch expression {
        case .conditional(let node):
            check(node.consequence, type, place)
            check(node.alternative, type, place)
        case .list(let node):
            switch type.unwrapped {
            case .any: return
            case .list(let element): for item in node.elements { check(item, element, "an item of \(place)") }
            default: mismatch(place, type, "a list", node.range)
            }
        case .listComprehension(let node):
            if case .list(let element) = type.unwrapped { check(node.element, element, "an item of \(place)") }
        case .objectComprehension(let node):
            if case .map(let element) = type.unwrapped { check(node.value, element, "a value of \(place)") }
        case .object(let node):
            switch type.unwrapped {
            case .any, .object: return
            case .map(let element): for entry in node.entries { check(entry.value, element, "a value of \(place)") }
            case .named(let name):
                if let record = records.first(where: { $0.name == name }) { check(node, record, place) }
            default: mismatch(place, type, "an object", node.range)
            }
        case .string(let node) where type.isCompound: mismatch(place, type, "text", node.range)
        case .literal(let node) where type.isCompound && node.value != .null:
            mismatch(place, type, "a single value", node.range)
        default: return
        }
    }

    private func check(_ object: ObjectExpression, _ record: RecordSchema, _ place: String) {
        var given: Set<String> = []
        var isWhole = object.isWhole
        for entry in object.entries {
            guard let name = entry.key.plain else {
                isWhole = false
                continue
            }
            guard let member = record.member(name) else {
                let nearest = checker.reportUnknownField(
                    name, of: "\(kind).\(record.name)", among: record.members.map(\.name), entry.key.range)
                if let nearest { given.insert(nearest) }
                continue
            }
            given.insert(name)
            check(entry.value, member.type, "'\(name)' of \(record.name)")
        }
        guard isWhole else { return }
        checker.reportMissing(
            record.members.filter { $0.isRequired && !given.contains($0.name) }.map {
                FieldSchema($0.name, $0.type, "")
            }, of: "\(kind).\(record.name)", object.range)
    }

    private func mismatch(_ place: String, _ type: ValueType, _ found: String, _ range: SourceRange) {
        checker.report(.typeMismatch, "\(place) needs \(type.phrase), and this is \(found)", at: range)
    }
}

extension ValueType {
    /// True for lists, maps and objects.
    fileprivate var isCompound: Bool {
        switch unwrapped {
        case .list, .map, .object, .named: true
        default: false
        }
    }

    fileprivate var phrase: String {
        switch unwrapped {
        case .list: "a list"
        case .map, .object, .named: "an object"
        case .bool: "true or false"
        case .int, .float: "a number"
        case .string: "text"
        default: description
        }
    }
}
