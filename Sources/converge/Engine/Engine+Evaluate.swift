// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import Shell

extension Engine {
    /// The value of an expression, alone or among a module's names.
    ///
    /// It is checked and evaluated as an output of the module, so that it means what it would mean there.
    ///
    /// - Parameter type: What it shall be; nil for anything.
    func evaluate(
        _ expression: TypedText, in prompt: PromptModule?, _ snapshot: LedgerSnapshot? = nil,
        settings: [(name: String, text: String)] = [], as type: String? = nil
    ) throws -> Value {
        let name = "it_\(UInt64.random(in: 0...UInt64.max))"
        let head = "output \(name)\(type.map { ": " + $0 } ?? "") = "
        let added = (prompt?.text ?? .empty).adding(head + expression.text)
        let origin = RecipeOrigin.module(added.module, home: prompt?.home ?? .scratch)
        let reading = ModuleReading(
            origin: origin, engine: self,
            parameters: ModuleReading.parameters(settings: settings, recipeFolder: origin.folder))
        let state = ResourceState(
            (snapshot?.records ?? [:]).compactMapValues { $0.composite == nil ? $0.inputs.merging($0.outputs) : nil })
        do {
            do {
                let program = try reading.program()
                let decided = program.deferrals.isEmpty ? nil : try program.evaluation.program(in: state)
                return try (decided ?? program).evaluation.outputs(in: state)[name] ?? .null
            } catch let problems as Diagnostics where problems.all.allSatisfy({ $0.code == .parameterMissing }) {
                // What does not need the parameters has a value without them.
                guard let value = try? reading.partialProgram().evaluation.outputs(in: state)[name],
                    !value.containsUnknown
                else { throw problems }
                return value
            }
        } catch let problems as Diagnostics {
            let start = SourcePosition(line: added.place.line, column: added.place.column + head.count)
            throw expression.asTyped(problems, in: origin.source.name, at: start)
        }
    }
}
