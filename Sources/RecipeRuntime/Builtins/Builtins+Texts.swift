// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Builtins {
    private static let text = FieldSchema("text", .string, "the text")

    static let texts: [Builtin] = [
        Builtin(
            schema: FunctionSchema(
                name: "contains", doc: "Whether a text holds another, a list an item, an object a key",
                parameters: [
                    FieldSchema("in", .either([.string, .list(.any), .object]), "where it is looked for"),
                    FieldSchema("what", .any, "what is looked for")
                ], result: .bool, example: "contains(\"orders.csv\", \"order\")"),
            result: { _ in .bool },
            evaluate: { call throws(EvaluationError) in
                let wanted = call.arguments[1]
                switch call.arguments[0] {
                case .list(let items): return .bool(items.contains { $0.isSame(as: wanted) })
                case .object(let object): return .bool(wanted.string.map { object[$0] != nil } ?? false)
                default:
                    let piece = try call.text(1)
                    let text = try call.text(0)
                    return .bool(piece.isEmpty || pieces(of: text, between: piece).count > 1)
                }
            }),
        tested("starts_with", "Whether a text begins with another", "the beginning") { $0.hasPrefix($1) },
        tested("ends_with", "Whether a text ends with another", "the end") { $0.hasSuffix($1) },
        changed("lower", "A text in small letters", "lower(\"ABC\")") { $0.lowercased() },
        changed("upper", "A text in capital letters", "upper(\"abc\")") { $0.uppercased() },
        changed("trim", "A text without white space around it", "trim(\"  a \")") { text in
            let start = text.drop(while: \.isWhitespace)
            return String(start.reversed().drop(while: \.isWhitespace).reversed())
        },
        Builtin(
            schema: FunctionSchema(
                name: "characters", doc: "The characters of a text, as a list of texts",
                parameters: [text], result: .list(.string), example: "characters(\"abc\")"),
            result: { _ in .list(.string) },
            evaluate: { call throws(EvaluationError) in
                let text = try call.text(0)
                let (bytes, isTooMuch) = text.utf8.count.multipliedReportingOverflow(by: ValueLimits.item)
                try call.spend(isTooMuch ? ValueLimits.total : bytes)
                return .list(text.map { .string(String($0)) })
            }),
        Builtin(
            schema: FunctionSchema(
                name: "code_points",
                doc: "The Unicode numbers of a text; a character may consist of several",
                parameters: [text], result: .list(.int), example: "code_points(\"abc\")"),
            result: { _ in .list(.int) },
            evaluate: { call throws(EvaluationError) in
                let text = try call.text(0)
                let (bytes, isTooMuch) = text.utf8.count.multipliedReportingOverflow(by: ValueLimits.item)
                try call.spend(isTooMuch ? ValueLimits.total : bytes)
                return .list(text.unicodeScalars.map { .int(Int64($0.value)) })
            }),
        Builtin(
            schema: FunctionSchema(
                name: "split", doc: "The pieces of a text between the separators",
                parameters: [text, FieldSchema("separator", .string, "what stands between; not empty")],
                result: .list(.string), example: "split(\"a,b\", \",\")"),
            result: { _ in .list(.string) },
            evaluate: { call throws(EvaluationError) in
                let separator = try call.text(1)
                if separator.isEmpty { throw call.fail("an empty text separates nothing") }
                let text = try call.text(0)
                try call.spend((occurrences(of: separator, in: text) + 1) * ValueLimits.item)
                return .list(pieces(of: text, between: separator).map { .string($0) })
            }),
        Builtin(
            schema: FunctionSchema(
                name: "join", doc: "One text of a list's items, with a separator between them",
                parameters: [
                    FieldSchema("list", .list(.any), "the items"),
                    .optional("separator", .string, default: "", "what stands between")
                ], result: .string, example: "join([\"a\", \"b\"], \", \")"),
            result: { _ in .string },
            evaluate: { call throws(EvaluationError) in
                var texts: [String] = []
                for item in try call.list(0) { texts.append(try plainText(item, call)) }
                let separator = try call.text(1)
                let (between, isTooMuch) = texts.count.multipliedReportingOverflow(by: separator.utf8.count)
                try call.spend(isTooMuch ? ValueLimits.total : between)
                return .string(texts.joined(separator: separator))
            }),
        Builtin(
            schema: FunctionSchema(
                name: "replace", doc: "A text with each occurrence of a piece exchanged for another",
                parameters: [
                    text, FieldSchema("what", .string, "the piece; not empty"),
                    FieldSchema("with", .string, "what comes in its place")
                ], result: .string, example: "replace(\"a-b\", \"-\", \"_\")"),
            result: { _ in .string },
            evaluate: { call throws(EvaluationError) in
                let piece = try call.text(1)
                if piece.isEmpty { throw call.fail("an empty text cannot be replaced") }
                let (text, other) = (try call.text(0), try call.text(2))
                let count = occurrences(of: piece, in: text)
                let (between, isTooMuch) = count.multipliedReportingOverflow(by: other.utf8.count)
                try call.spend(isTooMuch ? ValueLimits.total : Swift.max(between, count * ValueLimits.item))
                return .string(pieces(of: text, between: piece).joined(separator: other))
            })
    ]

    private static func tested(
        _ name: String, _ doc: String, _ what: String, _ test: @escaping @Sendable (String, String) -> Bool
    ) -> Builtin {
        Builtin(
            schema: FunctionSchema(
                name: name, doc: doc, parameters: [text, FieldSchema("with", .string, what)], result: .bool,
                example: "\(name)(\"orders.csv\", \"orders\")"),
            result: { _ in .bool },
            evaluate: { call throws(EvaluationError) in .bool(test(try call.text(0), try call.text(1))) })
    }

    private static func changed(
        _ name: String, _ doc: String, _ example: String, _ change: @escaping @Sendable (String) -> String
    ) -> Builtin {
        Builtin(
            schema: FunctionSchema(name: name, doc: doc, parameters: [text], result: .string, example: example),
            result: { _ in .string },
            evaluate: { call throws(EvaluationError) in .string(change(try call.text(0))) })
    }

    /// The text of a scalar; a failure for what has none.
    static func plainText(_ value: Value, _ call: BuiltinCall) throws(EvaluationError) -> String {
        do {
            return try PlainText.render(value)
        } catch {
            throw call.fail("\(value.phrase) has no text")
        }
    }

    /// The pieces of a text around each occurrence of a separator that is not empty.
    private static func pieces(of text: String, between separator: String) -> [String] {
        let bytes = Array(text.utf8)
        let length = separator.utf8.count
        var pieces: [String] = []
        var start = 0
        find(Array(separator.utf8), in: bytes) { position in
            pieces.append(String(decoding: bytes[start..<position], as: UTF8.self))
            start = position + length
        }
        pieces.append(String(decoding: bytes[start...], as: UTF8.self))
        return pieces
    }

    private static func occurrences(of piece: String, in text: String) -> Int {
        var count = 0
        find(Array(piece.utf8), in: Array(text.utf8)) { _ in count += 1 }
        return count
    }

    private static func find(_ mark: [UInt8], in bytes: [UInt8], _ found: (Int) -> Void) {
        var position = 0
        while position + mark.count <= bytes.count {
            if bytes[position] == mark[0], bytes[position..<(position + mark.count)].elementsEqual(mark) {
                found(position)
                position += mark.count
            } else {
                position += 1
            }
        }
    }
}
