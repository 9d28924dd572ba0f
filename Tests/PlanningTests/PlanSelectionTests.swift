// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import PlanningFixtures
import Testing

struct PlanSelectionTests {
    private let a = Address("a")
    private let b = Address("b")
    private let c = Address("c")
    private let old = Address("old")

    /// c reads b, which reads a.
    private func chain(_ text: String = "new") -> NotesModule {
        NotesModule(notes: [
            (a, [], NotesModule.text(text)), (b, [a], NotesModule.text(text)), (c, [b], NotesModule.text(text))
        ])
    }

    private func plan(
        _ module: NotesModule, _ records: [ResourceRecord] = [], _ observations: [Address: Observation] = [:],
        _ change: (inout PlanSelection) -> Void
    ) throws -> Plan {
        var selection = PlanSelection()
        change(&selection)
        return try Planner(
            program: module.program(), snapshot: snapshot(records), observations: observations, selection: selection
        ).plan()
    }

    private func changed(_ plan: Plan) -> [String] {
        plan.changes.filter { $0.action != .unchanged }.map { "\($0.action.rawValue) \($0.address)" }
    }

    @Test func `only takes a change and what it needs`() throws {
        let plan = try plan(chain()) { $0.only = ["b"] }
        #expect(changed(plan) == ["create a", "create b"])
        #expect(plan.leftOut == [c])
    }

    @Test func `what is there as it shall be needs nothing`() throws {
        let records = [record(a, text: "old"), record(b, text: "new", needs: [a])]
        #expect(changed(try plan(chain(), records) { $0.only = ["c"] }) == ["create c"])
    }

    @Test func `except leaves out a change and what needs it`() throws {
        let plan = try plan(chain()) { $0.except = ["b"] }
        #expect(changed(plan) == ["create a"])
        #expect(plan.leftOut == [b, c])
    }

    @Test func `a deletion is chosen and left out by its address, in its order`() throws {
        let records = [record(a, text: "x"), record(old, text: "x", needs: [a])]
        let none = NotesModule(notes: [])
        #expect(changed(try plan(none, records) { $0.only = ["a"] }) == ["delete old", "delete a"])
        #expect(changed(try plan(none, records) { $0.only = ["old"] }) == ["delete old"])
        #expect(changed(try plan(none, records) { $0.except = ["old"] }).isEmpty)
    }

    @Test func `a name stands for all that a loop or a module made under it`() throws {
        let notes: [(address: Address, needs: [Address], inputs: NotesModule.Inputs)] = [
            "each[\"x\"]", "each[\"y\"]", "shared/lake", "eachother"
        ].map { (Address($0), [], NotesModule.text("x")) }
        let module = NotesModule(notes: notes)
        #expect(changed(try plan(module) { $0.only = ["each"] }) == ["create each[\"x\"]", "create each[\"y\"]"])
        #expect(changed(try plan(module) { $0.only = ["shared"] }) == ["create shared/lake"])
        #expect(changed(try plan(module) { $0.only = ["each[\"y\"]"] }) == ["create each[\"y\"]"])
    }

    @Test func `replace makes anew what nothing else would change, and readers see it`() throws {
        let reader = NotesModule(notes: [
            (a, [], NotesModule.text("x")), (b, [a], { state in ["text": state.values[Address("a")]?["id"] ?? .null] })
        ])
        let records = [record(a, text: "x"), record(b, text: "id-a", needs: [a])]
        let plan = try plan(reader, records) { $0.replace = ["a"] }
        #expect(changed(plan) == ["replace a", "update b"])
        #expect(plan.changes[0].reasons == ["--replace asks for it"])
        #expect(
            changed(
                try self.plan(reader, records) {
                    $0.replace = ["a"]; $0.replaced = [a]
                }
            ).isEmpty)
    }

    @Test func `what is left out keeps its values for the outputs of the module`() throws {
        var module = chain()
        module.outputsInState = { state in ["id": state.values[Address("a")]?["id"] ?? .null] }
        let plan = try plan(module, [record(a, text: "x", region: "us"), record(b, text: "x", needs: [a])]) {
            $0.except = ["a"]
        }
        #expect(plan.outputs["id"] == "id-a")
    }

    @Test func `what is protected may stay by being left out`() throws {
        let records = [record(old, text: "x", isProtected: true)]
        #expect(throws: Diagnostics.self) { try plan(chain(), records) { _ in } }
        #expect(changed(try plan(chain(), records) { $0.except = ["old"] }).count == 3)
    }

    @Test(arguments: ["nothing", "aa", "b/a"])
    func `a name that means nothing is refused, each with the nearest one`(name: String) throws {
        let problems = #expect(throws: Diagnostics.self) {
            try plan(chain()) {
                $0.only = [name]; $0.replace = [name]
            }
        }
        #expect(problems?.all.map(\.code.text) == ["G0120", "G0120"])
    }

    @Test func `what contradicts itself is refused`() throws {
        let problems = #expect(throws: Diagnostics.self) {
            try plan(chain()) {
                $0.only = ["c"]; $0.except = ["a"]
            }
        }
        #expect(problems?.all.map(\.code.text) == ["G0121"])
        let records = [record(a, text: "new"), record(b, text: "new", needs: [a])]
        let lost = #expect(throws: Diagnostics.self) {
            try plan(chain(), records) {
                $0.only = ["c"]; $0.replace = ["a"]
            }
        }
        #expect(lost?.all.map(\.code.text) == ["G0121"])
    }

    @Test(arguments: [["a"], ["c", "a"]])
    func `what is wanted and left out by the same name is refused`(only: [String]) throws {
        for records in [[], [record(a, text: "x")]] {
            let problems = #expect(throws: Diagnostics.self) {
                try plan(chain(), records) {
                    $0.only = only; $0.except = ["a"]
                }
            }
            #expect(problems?.all.map(\.message) == ["a is wanted by --only and left out by --except"])
            #expect(problems?.all.map(\.code.text) == ["G0121"])
        }
    }

    @Test func `refreshing alone takes what is there, and changes nothing`() throws {
        var observed = record(a, text: "theirs").inputs
        observed["text"] = "theirs"
        let outputs = record(a, text: "x").outputs
        let records = [record(a, text: "x"), record(b, text: "x"), record(old, text: "x")]
        let plan = try plan(chain(), records, [a: .found(inputs: observed, outputs: outputs), old: .gone]) {
            $0.isRefreshOnly = true
        }
        #expect(changed(plan) == ["refresh a", "refresh old"])
        #expect(plan.changes[0].inputs["text"] == "theirs" && plan.changes[0].outputs == outputs)
        #expect(plan.changes[1].outputs == nil)
    }
}
