// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Ledger
import Planning
import RecipeRuntime
import RecipeSyntax
import Shell

/// Runs one test: its commands and what it expects, in their order, on a bed of its own.
struct TestRun: Sendable {
    let test: TestDeclaration
    let origin: RecipeOrigin
    let project: Project
    let shared: SharedOptions
    /// Asked to end the tests.
    let interruption: Interruption
    private let invocation: Invocation
    private let sink = OutputSink()

    init(
        _ test: TestDeclaration, of origin: RecipeOrigin, in project: Project, _ shared: SharedOptions,
        _ invocation: Invocation
    ) {
        self.test = test
        self.origin = origin
        self.project = project
        self.shared = shared
        self.invocation = invocation
        interruption = invocation.interruption
    }

    func result() async -> TestResult {
        let started = ContinuousClock.now
        var failures: [Diagnostic] = []
        var output = ""
        do throws(Diagnostic) {
            let bed = try TestBed.make(for: project, view: TestView(test: test.name.text))
            let inner = invocation.testing(
                in: bed, Output(redactor: invocation.redactor, into: sink), of: origin, inherited: shared)
            failures = await self.failures(inner)
            output = sink.drain().text
            await cleanUp(inner, bed)
        } catch {
            failures = [error]
        }
        return TestResult(
            name: test.name.text, file: origin.source.name, took: ContinuousClock.now - started, failures: failures,
            output: failures.isEmpty ? "" : output, wasInterrupted: isInterrupted)
    }

    private var isInterrupted: Bool { interruption.wish != .none }

    /// Why the test fails; the first statement that does ends it.
    private func failures(_ invocation: Invocation) async -> [Diagnostic] {
        for (position, statement) in test.body.statements.enumerated() {
            if isInterrupted { return [] }
            let found: [Diagnostic]
            switch statement {
            case .command(let command): found = await failures(of: command, invocation)
            case .expect: found = await failures(ofExpectationAt: position, invocation)
            case .expectError(let node): found = await failures(of: node, at: position, invocation)
            default: continue
            }
            if !found.isEmpty { return found }
        }
        return []
    }

    // MARK: Statements

    private func failures(of command: CommandStatement, _ invocation: Invocation) async -> [Diagnostic] {
        if command.isBackground { return [.notInBackground(command, origin.source, isPiped: false)] }
        let (code, problems) = await carryOut(command, invocation)
        if code == 0 { return [] }
        let place = origin.source.place(command.range)
        return [
            Diagnostic(
                .testCommandFailed, "\(command.verb.text) ended with \(code)", at: place,
                help: problems.isEmpty ? ["its output is in the report of `--junit`"] : [])
        ] + problems
    }

    /// - Returns: The exit code, and the problems that the command told.
    private func carryOut(
        _ command: CommandStatement, _ invocation: Invocation
    ) async -> (code: Int32, problems: [Diagnostic]) {
        guard let module = invocation.prompt else { return (1, []) }
        let words = ScriptCommands.words(of: command, in: origin.source, json: false, change: [])
        // A failed command tells why in its problems, or in what it printed.
        let before = sink.drain()
        let code = await VerbRunner(output: invocation.output).run(
            words, in: invocation.verb(of: module, inherited: shared, isConfirmed: true, origin: origin))
        let after = sink.drain()
        sink.take(before.text + after.text)
        return (code, after.problems)
    }

    private func failures(ofExpectationAt position: Int, _ invocation: Invocation) async -> [Diagnostic] {
        do {
            let workspace = try workspace(invocation)
            let state = try await state(workspace)
            let program = try await workspace.engine.decided(workspace.program(given: state.parameters))
            guard let result = try program.evaluation.expectation(position, in: state.resources) else { return [] }
            return failure(of: result).map { [$0] } ?? []
        } catch let problems as Diagnostics {
            return problems.all
        } catch let problem as any DiagnosticError {
            return [problem.diagnostic]
        } catch {
            return [Diagnostic(.expectationBroken, "what is expected cannot be told: \(error)")]
        }
    }

    private func failure(of result: ExpectationResult) -> Diagnostic? {
        if result.value == .bool(true) { return nil }
        var notes = result.reason.isEmpty ? [] : [result.reason]
        if result.sides.count == 2 {
            notes.append("left:  \(Self.shown(result.sides[0]))")
            notes.append("right: \(Self.shown(result.sides[1]))")
        }
        if case .unknown(let unknown) = result.value {
            return Diagnostic(
                .expectationBroken, "what is expected cannot be told: \(unknown.origin) is not known", at: result.place,
                notes: notes, help: ["write `apply` before it"])
        }
        return Diagnostic(.expectationBroken, "what is expected does not hold", at: result.place, notes: notes)
    }

    private static func shown(_ value: Value) -> String {
        let literal = value.containsSecret ? "(secret)" : value.literal
        return literal.count > 500 ? String(literal.prefix(499)) + "…" : literal
    }

    private func failures(
        of node: ExpectErrorStatement, at position: Int, _ invocation: Invocation
    ) async -> [Diagnostic] {
        let view = TestView(test: test.name.text, expectedError: position)
        let inner = invocation.looking(from: view)
        var found: [Diagnostic] = []
        do {
            let workspace = try workspace(inner)
            let state = try await state(workspace)
            let program = try await workspace.program(given: state.parameters)
            let commands = node.body.statements.compactMap { statement in
                if case .command(let command) = statement { command } else { nil }
            }
            if commands.isEmpty {
                _ = try await workspace.applyFlow(parallelism: 32, events: false).preview(program)
            }
            for command in commands {
                let (code, problems) = await carryOut(command, inner)
                found += problems
                if code != 0 { break }
            }
        } catch let problems as Diagnostics {
            found += problems.all
        } catch let problem as any DiagnosticError {
            found.append(problem.diagnostic)
        } catch {
            return [Diagnostic(.errorMissing, "what shall fail cannot be tried: \(error)")]
        }
        let wanted = node.code.text
        if found.contains(where: { $0.code.text == wanted }) { return [] }
        let place = origin.source.place(node.code.range)
        if found.isEmpty {
            return [Diagnostic(.errorMissing, "\(wanted) is expected, and nothing went wrong", at: place)]
        }
        return [Diagnostic(.errorMissing, "\(wanted) is expected, and something else went wrong", at: place)] + found
    }

    // MARK: What is there

    private func workspace(_ invocation: Invocation) throws -> Workspace {
        try Invocation.$current.withValue(invocation) { try Workspace(RecipeArgument(nil), shared) }
    }

    /// The resources as they are recorded, the parameters that they were made with, and what runs gave.
    private func state(_ workspace: Workspace) async throws -> (resources: ResourceState, parameters: ObjectValue?) {
        let (ledger, module) = (workspace.engine.ledger, origin.module)
        let snapshot = try await ledger.snapshot(environment: workspace.environment, module: module)
        var state = ResourceState(
            snapshot.records.compactMapValues { $0.composite == nil ? $0.inputs.merging($0.outputs) : nil })
        let runs = try await ledger.runs(environment: workspace.environment, limit: 1000)
        for run in runs.reversed() {
            if run.purpose == .workflow, let name = run.workflow { state.runs[name] = run.outputs }
        }
        return (state, runs.first { $0.purpose.makesVersion }?.parameters)
    }

    // MARK: Afterwards

    /// Deletes everything, protected or not, whatever the recipe says.
    private func destroyAll(_ invocation: Invocation) async throws {
        let workspace = try workspace(invocation)
        let rows = try await workspace.engine.ledger.snapshot(
            environment: workspace.environment, module: origin.module)
        if rows.records.isEmpty { return }
        let program = Program.emptied(
            environment: workspace.environment, module: origin.module, recipeFolder: origin.folder,
            unprotecting: Array(rows.records.keys))
        _ = try await workspace.applyFlow(parallelism: 32, events: false).apply(
            program, purpose: .destroy, recipe: nil, settings: [:], texts: nil, wait: .zero
        ) { _ in true }
    }

    /// Ends what the test has started, and takes its bed away.
    private func cleanUp(_ invocation: Invocation, _ bed: TestBed) async {
        var problems: [Diagnostic] = []
        do {
            try await destroyAll(invocation)
        } catch let found as Diagnostics {
            problems = found.all
        } catch let found as any DiagnosticError {
            problems = [found.diagnostic]
        } catch {
            problems = [Diagnostic(.testBedMissing, "what a test made cannot be destroyed: \(error)")]
        }
        problems += await invocation.close()
        do {
            try bed.remove()
        } catch {
            problems.append(
                Diagnostic(
                    .testBedMissing, "the folder of a test cannot be taken away: \(error)", severity: .warning,
                    help: ["rm -r '\(bed.project.stateRoot)'"]))
        }
        self.invocation.output.say(problems)
    }
}
