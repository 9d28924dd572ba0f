// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Planning

/// The functions of the language.
package enum Builtins {
    static let all: [String: Builtin] = Dictionary(
        (clock + collections + texts + numbers + conversions + files).map { ($0.schema.name, $0) },
        uniquingKeysWith: { first, _ in first })

    /// What `explain` and the reference say of each, by name.
    package static var schemas: [FunctionSchema] {
        ([secret] + all.values.map(\.schema)).sorted { $0.name < $1.name }
    }

    private static let secret = FunctionSchema(
        name: "secret", doc: "A reference to a secret of the environment, of a file or of the project, never its text",
        parameters: [FieldSchema("name", .string, "its name, as a literal")], result: .secret(.string),
        example: "secret(\"DB_PASSWORD\")")

    private static let clock: [Builtin] = [
        Builtin(
            schema: FunctionSchema(
                name: "today",
                doc:
                    "The day, in UTC or, where a trigger starts the run, that of the event; in a parameter's default only",
                parameters: [],
                result: .date, example: "today()"),
            isClock: true, result: { _ in .date },
            evaluate: { call throws(EvaluationError) in
                guard let clock = call.clock else { throw call.fail("there is no clock here") }
                return .date(clock.today)
            }),
        Builtin(
            schema: FunctionSchema(
                name: "now", doc: "The present moment; in a parameter's default only", parameters: [],
                result: .time, example: "now()"),
            isClock: true, result: { _ in .time },
            evaluate: { call throws(EvaluationError) in
                guard let clock = call.clock else { throw call.fail("there is no clock here") }
                return .time(clock.now)
            })
    ]
}
