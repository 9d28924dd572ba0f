// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// Says things in the words of another tool, by the expressions of export tables.
package struct ExportEvaluation: Sendable {
    private let library: ContractLibrary

    package init(_ vocabulary: Vocabulary) { library = ContractLibrary(vocabulary) }

    /// What expressions give for one thing.
    ///
    /// - Parameters:
    ///   - expressions: Over the fields of the kind, `outputs` and `connection`.
    ///   - inputs: In the other tool's words: texts may hold its references.
    /// - Returns: The values in the order of the expressions.
    /// - Throws: What is wrong with an expression, or the first that gives nothing.
    package func values(
        _ expressions: [String], ofKind kind: String, inputs: ObjectValue, outputs: ObjectValue,
        connection: ObjectValue
    ) throws(Diagnostics) -> [Value] {
        let contract = library.kind(named: kind)
        let fields = KindScope(
            kind: kind, fields: contract?.fields ?? [], index: contract?.fieldIndex ?? [:],
            names: ["outputs", "connection"], title: "export of \(kind)", library)
        let codes = expressions.map { fields.code($0, as: nil) }
        if !fields.diagnostics.isEmpty { throw Diagnostics(fields.diagnostics) }
        let given = (contract?.fields ?? []).map { inputs[$0.name] ?? .null }
        let scope = ScopeInstance(
            fields.scope(), parent: nil, module: nil,
            slots: (given + [.object(outputs), .object(connection)]).map { .settled($0, Reads()) })
        let session = EvaluationSession(library: library)
        var values: [Value] = []
        for code in codes {
            do throws(EvaluationError) {
                values.append(
                    try session.inFrame { () throws(EvaluationError) in try session.evaluate(code, in: scope) })
            } catch {
                throw Diagnostics(error.diagnostic.map { [$0] } ?? [])
            }
        }
        return values
    }
}
