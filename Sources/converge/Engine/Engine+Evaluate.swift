// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import Shell

extension Engine {
    /// The value of an expression, alone or among a module's names.
    ///
    /// It is checked and evaluated as an output of the module, so that it means what it would mean there.
    func evaluate(_ expression: String, in prompt: PromptModule?, _ snapshot: LedgerSnapshot? = nil) throws -> Value {
        let name = "it_\(UInt64.random(in: 0...UInt64.max))"
        let base = prompt.map { RecipeOrigin.module(of: $0) }
        let text = (prompt?.text ?? "") + "output \(name) = \(expression)\n"
        let origin = RecipeOrigin(
            source: SourceText(name: base?.source.name ?? "<prompt>", text), path: base?.path,
            module: base?.module ?? "@scratch", folder: base?.folder ?? Paths.absolute("."))
        let reading = ModuleReading(
            origin: origin, engine: self,
            parameters: ModuleReading.parameters(settings: [], recipeFolder: origin.folder))
        let program: Program
        do {
            program = try reading.program()
        } catch let problems as Diagnostics {
            throw Self.asTyped(problems, behind: "output \(name) = ")
        }
        let state = ResourceState(
            (snapshot?.records ?? [:]).compactMapValues { $0.composite == nil ? $0.inputs.merging($0.outputs) : nil })
        return try program.evaluation.outputs(in: state)[name] ?? .null
    }

    /// The problems with the expression's places as the person typed it.
    private static func asTyped(_ problems: Diagnostics, behind prefix: String) -> Diagnostics {
        Diagnostics(
            problems.all.map { problem in
                var problem = problem
                problem.labels = problem.labels.map { label in
                    guard label.place.excerpt.hasPrefix(prefix) else { return label }
                    var label = label
                    label.place.file = "<prompt>"
                    label.place.excerpt = String(label.place.excerpt.dropFirst(prefix.count))
                    label.place.start = SourcePosition(
                        line: 1, column: max(1, label.place.start.column - prefix.count))
                    let end = label.place.end
                    label.place.end = SourcePosition(line: 1, column: max(1, end.column - prefix.count))
                    return label
                }
                return problem
            })
    }
}
