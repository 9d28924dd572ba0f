// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Foundation
import Ledger
import Planning
import PlanningFixtures
import Testing

struct ApplierTests {
    private let a = Address("a")
    private let b = Address("b")

    @Test func `an apply makes what is planned, in order, and records it`() async throws {
        let lab = try Laboratory()
        let module = NotesModule(notes: [
            (a, [], NotesModule.text("x")),
            (b, [a], { state in ["text": state.values[Address("a")]?["id"] ?? .null] })
        ])
        let report = try await lab.apply(module)
        #expect(report.run.status == .succeeded)
        #expect(lab.platform.effects == ["create a", "create b"])
        #expect(lab.platform.things["b"]?.inputs["text"] == "id-1")
        let again = try await lab.plan(module)
        #expect(again.isEmpty)
    }

    @Test func `a failure stops what depends on it and nothing else, and the same apply goes on`() async throws {
        let lab = try Laboratory()
        let module = NotesModule(notes: [
            (a, [], NotesModule.text("x")), (b, [a], NotesModule.text("y")), (Address("c"), [], NotesModule.text("z"))
        ])
        lab.platform.fail("create a", with: .refuse)
        let report = try await lab.apply(module)
        #expect(report.run.status == .failed)
        #expect(report.left == [b])
        #expect(lab.platform.effects == ["create c"])
        let second = try await lab.apply(module)
        #expect(second.run.status == .succeeded)
        #expect(Set(lab.platform.things.keys) == ["a", "b", "c"])
        #expect(lab.platform.effects.filter { $0 == "create c" }.count == 1)
    }

    /// Notes of which each reads the id of the one before.
    private func chain(_ count: Int) -> NotesModule {
        NotesModule(
            notes: (0..<count).map { number in
                let before = Address("n\(number - 1)")
                return (
                    Address("n\(number)"), number == 0 ? [] : [before],
                    { state in ["text": number == 0 ? "first" : state.values[before]?["id"] ?? .null] }
                )
            })
    }

    @Test func `the end of a change and the beginning of the one behind it are one commit`() async throws {
        let lab = try Laboratory()
        let report = try await lab.apply(chain(50))
        #expect(report.run.status == .succeeded)
        #expect(report.done == [.create: 50])
        #expect(lab.platform.effects == (0..<50).map { "create n\($0)" })
        let snapshot = try await lab.ledger.snapshot(environment: "default", module: "notes")
        #expect(snapshot.version < 60, "\(snapshot.version) commits")
        #expect(snapshot.records.values.allSatisfy { $0.status == .ready })
        #expect(try await lab.ledger.openOperations(environment: "default").isEmpty)
        #expect(try await lab.plan(chain(50)).isEmpty)
        let removed = try await lab.apply(NotesModule(notes: []))
        #expect(removed.done == [.delete: 50])
        #expect(lab.platform.things.isEmpty)
    }

    @Test func `a chain that breaks keeps what was done before`() async throws {
        let lab = try Laboratory()
        lab.platform.fail("create n3", with: .refuse)
        let report = try await lab.apply(chain(6))
        #expect(report.run.status == .failed)
        #expect(report.done == [.create: 3])
        #expect(report.left == [Address("n4"), Address("n5")])
        #expect(try await lab.ledger.openOperations(environment: "default").isEmpty)
        #expect(try await lab.apply(chain(6)).done == [.create: 3])
    }

    @Test func `what is done is written also where nothing can follow it`() async throws {
        let lab = try Laboratory()
        var module = chain(3)
        module.unevaluable = Address("n1")
        let report = try await lab.apply(module)
        #expect(report.failures.map(\.message) == ["nobody can tell the text"])
        #expect(report.done == [.create: 1])
        let snapshot = try await lab.ledger.snapshot(environment: "default", module: "notes")
        #expect(snapshot.records[Address("n0")]?.status == .ready)
        #expect(try await lab.ledger.openOperations(environment: "default").isEmpty)
    }

    @Test func `a part of a capability waits for what decides whether the capability is denied`() async throws {
        let (x, whole) = (Address("x"), Address("g"))
        for isDenied in [false, true] {
            let lab = try Laboratory()
            var module = NotesModule(notes: [
                (Address("g/first"), [], NotesModule.text("first")), (x, [], NotesModule.text("x")),
                (Address("g/second"), [x], { state in ["text": state.values[Address("x")]?["id"] ?? .null] })
            ])
            module.composites = [
                NotesModule.Composite(
                    address: whole, children: [Address("g/first"), Address("g/second")], formerly: [], parameters: [:],
                    outputs: { _ in [:] })
            ]
            module.judge = { address, stage, state in
                guard address == whole, stage == .before else { return [] }
                let isKnown = state.values[Address("x")]?["id"]?.string != nil
                if isKnown, !isDenied { return [] }
                return [
                    PolicyFinding(
                        policy: "ids", effect: .deny, resource: whole,
                        verdict: isKnown ? .broken : .undecided(origin: "x.id"), reason: "its id",
                        place: NotesModule.place)
                ]
            }
            let report = try await lab.apply(module)
            #expect(lab.platform.effects.first == "create x")
            if isDenied {
                #expect(Set(report.failures.map(\.code)) == [.policyDenied])
                #expect(lab.platform.effects == ["create x"])
            } else {
                #expect(report.failures.isEmpty, "\(report.failures)")
                #expect(Set(lab.platform.effects) == ["create x", "create g/first", "create g/second"])
            }
        }
    }

    @Test(arguments: ["updated", "replaced"])
    func `what is renamed and changed at once is one thing afterwards`(how: String) async throws {
        let lab = try Laboratory()
        _ = try await lab.apply(NotesModule(notes: [(a, [], NotesModule.text("x"))]))
        let inputs: ObjectValue = how == "updated" ? ["text": "y"] : ["text": "x", "region": "us"]
        let renamed = NotesModule(notes: [(b, [], { _ in inputs })])
        let report = try await lab.apply(renamed, formerly: [b: [a]])
        #expect(report.run.status == .succeeded)
        #expect(
            lab.platform.effects
                == (how == "updated" ? ["create a", "update b"] : ["create a", "delete b", "create b"]))
        let row = try await lab.ledger.snapshot(environment: "default", module: "notes").records[b]
        #expect(row?.inputs["text"] == inputs["text"])
    }

    @Test func `what was protected and is let go and made anew first can go in a later command`() async throws {
        let lab = try Laboratory()
        let first = NotesModule(notes: [(a, [], NotesModule.text("x"))]).program(protected: [a])
        _ = try await lab.apply(first)
        let interruption = lab.interruption
        lab.onEvent = { event in if case .operationStarted = event { interruption.request() } }
        let moved = NotesModule(notes: [(a, [], { _ in ["text": "x", "region": "us"] })])
            .program(replacement: [a: .createFirst])
        #expect(try await lab.apply(moved).run.status == .cancelled)
        #expect(try await Laboratory(continuing: lab).apply(moved).run.status == .succeeded)
        #expect(lab.platform.effects == ["create a", "create a", "delete a~1"])
    }

    @Test(arguments: ["create", "update", "delete"])
    func `a lost answer is settled at once and has no second effect`(effect: String) async throws {
        let lab = try Laboratory()
        let first = NotesModule(notes: [(a, [], NotesModule.text("x"))])
        if effect != "create" { _ = try await lab.apply(first) }
        lab.platform.fail("\(effect) a", with: .loseAnswer)
        let wanted =
            switch effect {
            case "create": first
            case "update": NotesModule(notes: [(a, [], NotesModule.text("y"))])
            default: NotesModule(notes: [])
            }
        let report = try await lab.apply(wanted)
        #expect(report.run.status == .succeeded)
        #expect(lab.platform.effects.filter { $0 == "\(effect) a" }.count == 1)
        #expect(try await lab.plan(wanted).isEmpty)
    }

    @Test func `what nobody can account for stays open and is told with the ways out`() async throws {
        let lab = try Laboratory()
        let module = NotesModule(notes: [(a, [], NotesModule.text("x"))])
        lab.platform.fail("create a", with: .forget)
        let report = try await lab.apply(module)
        #expect(report.run.status == .failed)
        let problem = await #expect(throws: Diagnostic.self) { try await lab.apply(module) }
        #expect(problem?.code == .cannotTell)
        #expect(lab.platform.effects == ["create a"])
    }

    @Test func `a second Ctrl-C stops what is in flight, which is no failure`() async throws {
        let lab = try Laboratory()
        let module = NotesModule(notes: [(a, [], NotesModule.text("x"))])
        lab.platform.fail("create a", with: .hang)
        let interruption = lab.interruption
        lab.onEvent = { event in
            guard case .operationStarted = event else { return }
            interruption.request()
            interruption.request()
        }
        let report = try await lab.apply(module)
        #expect(report.run.status == .cancelled)
        #expect(report.failures.isEmpty)
        #expect(report.left == [a])
        #expect(lab.platform.effects.isEmpty)
        lab.platform.fail("create a")
        let second = try await Laboratory(continuing: lab).apply(module)
        #expect(second.run.status == .succeeded)
        #expect(lab.platform.effects == ["create a"])
    }

    @Test func `a failure is told at the declaration of the thing`() async throws {
        let lab = try Laboratory()
        lab.platform.fail("create a", with: .refuse)
        let report = try await lab.apply(NotesModule(notes: [(a, [], NotesModule.text("x"))]))
        #expect(report.failures.map(\.labels) == [[DiagnosticLabel(NotesModule.place, "creating a")]])
    }

    @Test func `a process that died between intent and result is settled by the next one`() async throws {
        for died in ["before the effect", "after the effect"] {
            let lab = try Laboratory()
            let module = NotesModule(notes: [(a, [], NotesModule.text("x"))])
            try await lab.leaveOpenCreate(of: a, in: module, happened: died == "after the effect")
            let report = try await lab.apply(module)
            #expect(report.run.status == .succeeded || report.done.isEmpty, "\(died)")
            #expect(lab.platform.effects.filter { $0 == "create a" }.count == 1, "\(died)")
            #expect(try await lab.plan(module).isEmpty, "\(died)")
        }
    }

    @Test func `after the first Ctrl-C what is in flight is finished and nothing new begins`() async throws {
        let lab = try Laboratory(parallelism: 1)
        let module = NotesModule(
            notes: (0..<50).map { number in (Address("n\(number)"), [], NotesModule.text("\(number)")) })
        let interruption = lab.interruption
        lab.onEvent = { event in
            if case .operationEnded(Address("n3"), _, _, _, _) = event { interruption.request() }
        }
        let report = try await lab.apply(module)
        #expect(report.run.status == .cancelled)
        #expect(lab.platform.things.count == 4)
        #expect(report.left.count == 46)
        let second = try await Laboratory(continuing: lab).apply(module)
        #expect(second.run.status == .succeeded)
        #expect(lab.platform.effects.count == 50)
    }
}

/// A project in a folder of its own, with a platform of the tests.
final class Laboratory: @unchecked Sendable {
    // Written by the test before an apply begins, read by it afterwards: never at once.
    var onEvent: @Sendable (ExecutionEvent) -> Void = { _ in }
    let platform: RemotePlatform
    let interruption = Interruption()
    let ledger: ProjectLedger
    private let parallelism: Int
    /// Removed at the end; nil where another laboratory owns it.
    private let folder: String?

    deinit {
        if let folder { try? FileManager.default.removeItem(atPath: folder) }
    }

    init(parallelism: Int = 8) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("converge-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        ledger = ProjectLedger(project: folder, command: "test")
        self.folder = folder
        platform = RemotePlatform()
        self.parallelism = parallelism
    }

    /// The same project in what stands for another process.
    init(continuing other: Laboratory) {
        ledger = other.ledger
        folder = nil
        platform = other.platform
        parallelism = 8
    }

    var surroundings: ExecutionSurroundings {
        ExecutionSurroundings(
            gateway: platform, clock: MachineClock(), randomness: MachineRandomness(),
            fingerprints: NoFingerprints(), actor: "tester", host: "here", parallelism: parallelism,
            interruption: interruption, onEvent: onEvent)
    }

    func plan(_ module: NotesModule) async throws -> Plan {
        let snapshot = try await ledger.snapshot(environment: "default", module: "notes")
        let observations = try await Refresher(surroundings: surroundings).observations(of: snapshot)
        return try Planner(program: module.program(), snapshot: snapshot, observations: observations).plan()
    }

    func apply(_ module: NotesModule, formerly: [Address: [Address]] = [:]) async throws -> Applier.Report {
        try await apply(module.program(formerly: formerly))
    }

    func apply(_ program: Program) async throws -> Applier.Report {
        let surroundings = surroundings
        return try await ledger.withLease(.apply(environment: "default"), wait: .zero) {
            [ledger] (lease) throws(Diagnostic) in
            _ = try await Settler(store: ledger, surroundings: surroundings)
                .settleAll(environment: "default", under: lease)
            let snapshot = try await ledger.snapshot(environment: "default", module: "notes")
            let plan: Plan
            do throws(Diagnostics) {
                plan = try Planner(program: program, snapshot: snapshot).plan()
            } catch {
                throw error.all[0]
            }
            let run = RunRecord(
                id: "", purpose: .apply, environment: "default", module: "notes", started: surroundings.clock.now())
            return try await Applier(store: ledger, surroundings: surroundings)
                .apply(plan, of: program, from: snapshot, as: run, under: lease)
        }
    }

    /// The state that a process leaves which dies between the intent of a create and its result.
    func leaveOpenCreate(of address: Address, in module: NotesModule, happened: Bool) async throws {
        let surroundings = surroundings
        let platform = platform
        try await ledger.withLease(.apply(environment: "default"), wait: .zero) { [ledger] (lease) throws(Diagnostic) in
            let run = try await ledger.beginRun(
                RunRecord(
                    id: "", purpose: .apply, environment: "default", module: "notes", started: surroundings.clock.now())
            )
            var row = record(address, text: "x", status: .creating)
            row.outputs = [:]
            let operation = OperationRecord(
                token: surroundings.newToken(), run: run.id, identity: row.identity,
                effect: .resource(.create, kind: row.kind),
                inputs: row.inputs, started: surroundings.clock.now())
            try await ledger.append([.intent(operation, .put(row))], under: lease)
            if happened {
                do throws(CallError) {
                    _ = try await platform.create(
                        CreateRequest(
                            kind: row.kind, identity: row.identity, inputs: row.inputs,
                            context: CallContext(token: operation.token, run: run.id, operation: "a")))
                } catch {
                    throw error.diagnostic
                }
            }
        }
    }
}
