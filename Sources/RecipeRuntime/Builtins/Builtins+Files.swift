// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension Builtins {
    static let files: [Builtin] = [
        Builtin(
            schema: FunctionSchema(
                name: "archive",
                doc: "A ZIP archive as base64, of texts by their names and of the files of a folder beside the recipe",
                parameters: [
                    FieldSchema(
                        "texts", .map(.string), "file name -> content; such a file counts before one of the folder"),
                    .optional(
                        "folder", .optional(.string), default: .null,
                        "its files, without hidden ones; relative to the recipe's folder")
                ], result: .string, example: "archive({ \"main.py\": \"def handle(event): return event\" })"),
            result: { _ in .string },
            evaluate: { call throws(EvaluationError) in
                let texts = try call.object(0).map { (name: $0.key, text: $0.value.string ?? "") }
                let packed: String
                do {
                    packed = try call.files.pack(call.arguments[1].string, texts)
                } catch {
                    throw call.fail("\(error)")
                }
                try call.spend(packed.utf8.count)
                return .string(packed)
            })
    ]
}
