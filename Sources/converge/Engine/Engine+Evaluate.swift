// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
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
        try ExpressionReading(expression, in: prompt, self, settings, as: type).value(snapshot)
    }

    /// The same, where what it looks up may be read from the platforms.
    func evaluateLookingUp(
        _ expression: TypedText, in prompt: PromptModule, _ snapshot: LedgerSnapshot,
        settings: [(name: String, text: String)]
    ) async throws -> Value {
        let reading = ExpressionReading(expression, in: prompt, self, settings)
        guard reading.hasLookups else { return try reading.value(snapshot) }
        do {
            // What does not need them is told without asking anybody.
            let value = try reading.value(snapshot)
            if !value.containsUnknown { return value }
        } catch {}
        try await reading.lookUp(
            LookupReader(surroundings: surroundings(interruption: Interruption(), parallelism: 8) { _ in }))
        return try reading.value(snapshot)
    }
}

/// An expression as an output of a module.
private struct ExpressionReading {
    private let expression: TypedText
    private let engine: Engine
    private let origin: RecipeOrigin
    private let reading: ModuleReading
    /// Of the output.
    private let name: String
    /// Where the expression begins in the module.
    private let start: SourcePosition

    init(
        _ expression: TypedText, in prompt: PromptModule?, _ engine: Engine, _ settings: [(name: String, text: String)],
        as type: String? = nil
    ) {
        self.expression = expression
        self.engine = engine
        name = "it_\(UInt64.random(in: 0...UInt64.max))"
        let head = "output \(name)\(type.map { ": " + $0 } ?? "") = "
        let added = (prompt?.text ?? .empty).adding(head + expression.text)
        origin = RecipeOrigin.module(added.module, home: prompt?.home ?? .scratch)
        start = SourcePosition(line: added.place.line, column: added.place.column + head.count)
        reading = ModuleReading(
            origin: origin, engine: engine,
            parameters: ModuleReading.parameters(settings: settings, recipeFolder: origin.folder))
    }

    /// True where the module, or the expression, reads existing things.
    var hasLookups: Bool {
        do { return try reading.check().module.hasLookups } catch { return false }
    }

    func lookUp(_ reader: LookupReader) async throws {
        do {
            while true {
                let wanted = try reading.wantedLookups()
                if wanted.isEmpty { return }
                reading.take(try await reader.results(of: wanted, environment: engine.environment))
            }
        } catch let problems as Diagnostics {
            throw expression.asTyped(problems, in: origin.source.name, at: start)
        }
    }

    func value(_ snapshot: LedgerSnapshot?) throws -> Value {
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
            throw expression.asTyped(problems, in: origin.source.name, at: start)
        }
    }
}
