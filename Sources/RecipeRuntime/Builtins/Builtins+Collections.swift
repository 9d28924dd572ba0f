// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Builtins {
    private static let list = FieldSchema("list", .list(.any), "the list")

    static let collections: [Builtin] = [
        Builtin(
            schema: FunctionSchema(
                name: "length", doc: "How many items a list has, keys an object, characters a text",
                parameters: [FieldSchema("of", .either([.string, .list(.any), .object]), "the list, object or text")],
                result: .int, example: "length([1, 2, 3])"),
            isShallow: true, result: { _ in .int },
            evaluate: { call throws(EvaluationError) in
                switch call.arguments[0] {
                case .list(let items): return .int(Int64(items.count))
                case .object(let object): return .int(Int64(object.count))
                case .string(let text): return .int(Int64(text.count))
                default: throw call.fail("\(call.arguments[0].phrase) has no length")
                }
            }),
        Builtin(
            schema: FunctionSchema(
                name: "keys", doc: "The keys of an object, in order",
                parameters: [FieldSchema("of", .object, "the object")], result: .list(.string),
                example: "keys({ a: 1, b: 2 })"),
            isShallow: true, passesSecrets: true, result: { _ in .list(.string) },
            evaluate: { call throws(EvaluationError) in .list(try call.object(0).keys.map { .string($0) }) }),
        Builtin(
            schema: FunctionSchema(
                name: "values", doc: "The values of an object, in order",
                parameters: [FieldSchema("of", .object, "the object")], result: .list(.any),
                example: "values({ a: 1, b: 2 })"),
            isShallow: true, passesSecrets: true, result: { .list($0[0].valueType) },
            evaluate: { call throws(EvaluationError) in .list(try call.object(0).values) }),
        Builtin(
            schema: FunctionSchema(
                name: "merge", doc: "One object of several; of keys that repeat the last one counts",
                parameters: [FieldSchema("objects", .object, "the objects")], isVariadic: true, result: .object,
                example: "merge({ a: 1 }, { b: 2 })"),
            isShallow: true, passesSecrets: true, result: { types in mergedType(types) },
            evaluate: { call throws(EvaluationError) in
                var result = ObjectValue()
                for position in call.arguments.indices { result = result.merging(try call.object(position)) }
                return .object(result)
            }),
        Builtin(
            schema: FunctionSchema(
                name: "flatten", doc: "The items of a list of lists, as one list",
                parameters: [FieldSchema("lists", .list(.list(.any)), "the lists")], result: .list(.any),
                example: "flatten([[1], [2, 3]])"),
            isShallow: true, passesSecrets: true, result: { .list($0[0].listElement?.listElement ?? .any) },
            evaluate: { call throws(EvaluationError) in
                var items: [Value] = []
                for inner in try call.list(0) {
                    if case .unknown = inner { return inner }
                    guard let list = inner.list else { throw call.fail("an item is no list but \(inner.phrase)") }
                    items += list
                }
                return .list(items)
            }),
        Builtin(
            schema: FunctionSchema(
                name: "distinct", doc: "The items of a list, each once, in the order in which they first come",
                parameters: [list], result: .list(.any), example: "distinct([1, 2, 1])"),
            result: { $0[0] },
            evaluate: { call throws(EvaluationError) in
                var seen: Set<Value> = []
                return .list(try call.list(0).filter { seen.insert($0).inserted })
            }),
        Builtin(
            schema: FunctionSchema(
                name: "sort", doc: "A list in ascending order, of its items or of what a function gives for them",
                parameters: [list, .optional("by", .any, default: .null, "a function of one item")],
                result: .list(.any), example: "sort([3, 1, 2])"),
            functionParameter: 1, result: { $0[0] }, evaluate: sorted),
        Builtin(
            schema: FunctionSchema(
                name: "map", doc: "What a function gives for each item of a list",
                parameters: [list, FieldSchema("function", .any, "a function of one item")], result: .list(.any),
                example: "map([1, 2], x => x * 10)"),
            isShallow: true, passesSecrets: true, functionParameter: 1,
            result: { types in if case .function(let result) = types[1] { .list(result) } else { .list(.any) } },
            evaluate: { call throws(EvaluationError) in
                var items: [Value] = []
                for item in try call.list(0) { items.append(try call.apply(item)) }
                return .list(items)
            }),
        Builtin(
            schema: FunctionSchema(
                name: "filter", doc: "The items of a list for which a function is true",
                parameters: [list, FieldSchema("function", .any, "a function of one item")], result: .list(.any),
                example: "filter([1, 2, 3], x => x > 1)"),
            isShallow: true, passesSecrets: true, functionParameter: 1, functionResult: .bool, result: { $0[0] },
            evaluate: { call throws(EvaluationError) in
                var items: [Value] = []
                for item in try call.list(0) {
                    let holds = try call.apply(item)
                    if case .unknown = holds { return holds }
                    if holds.bool == true { items.append(item) }
                }
                return .list(items)
            }),
        quantifier("any", "Whether an item of a list is true, or a function is for an item", isAll: false),
        quantifier("all", "Whether every item of a list is true, or a function is for every item", isAll: true)
    ]

    private static func quantifier(_ name: String, _ doc: String, isAll: Bool) -> Builtin {
        Builtin(
            schema: FunctionSchema(
                name: name, doc: doc,
                parameters: [list, .optional("function", .any, default: .null, "a function of one item")],
                result: .bool,
                example: "\(name)([1, 2, 3], x => x > 1)"),
            isShallow: true, functionParameter: 1, functionResult: .bool, result: { _ in .bool },
            evaluate: { call throws(EvaluationError) in
                var unknown: Value?
                for item in try call.list(0) {
                    let holds = try call.apply(item)
                    if case .unknown = holds {
                        unknown = holds
                        continue
                    }
                    guard let flag = holds.bool else {
                        throw call.fail("\(name) needs true or false, and meets \(holds.phrase)")
                    }
                    if flag != isAll { return .bool(!isAll) }
                }
                return unknown ?? .bool(isAll)
            })
    }

    private static func mergedType(_ types: [RecipeType]) -> RecipeType {
        var fields: [String: RecipeType] = [:]
        for type in types {
            guard case .record(let more) = type else {
                let elements = types.map(\.valueType)
                return types.allSatisfy({ $0.mapElement != nil }) ? .map(.joined(elements)) : .object
            }
            fields.merge(more) { _, last in last }
        }
        return .record(fields)
    }

    @Sendable
    private static func sorted(_ call: BuiltinCall) throws(EvaluationError) -> Value {
        var keyed: [(key: Value, item: Value)] = []
        for item in try call.list(0) { keyed.append((try call.apply(item), item)) }
        for (offset, pair) in keyed.enumerated() {
            if case .unknown = pair.key { return pair.key }
            if pair.key.isLess(than: keyed[Swift.max(0, offset - 1)].key) == nil {
                throw call.fail(
                    "\(pair.key.phrase) has no place in an order with \(keyed[Swift.max(0, offset - 1)].key.phrase)")
            }
        }
        let order = keyed.enumerated().sorted { left, right in
            if left.element.key.isLess(than: right.element.key) == true { return true }
            if right.element.key.isLess(than: left.element.key) == true { return false }
            return left.offset < right.offset
        }
        return .list(order.map(\.element.item))
    }
}

extension RecipeType {
    /// The type of an object's values together.
    var valueType: RecipeType {
        switch self {
        case .map(let element): element
        case .record(let fields): .joined(fields.values)
        default: .any
        }
    }
}
