// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import PlanningFixtures
import Testing

/// Which comes first where things are made anew, and what is left as others made it.
struct ReplacementTests {
    private let a = Address("a")
    private let b = Address("b")
    private let c = Address("c")

    private func plan(
        _ notes: [(address: Address, needs: [Address], inputs: NotesModule.Inputs)], _ records: [ResourceRecord],
        _ observations: [Address: Observation] = [:], ignored: [Address: [String]] = [:],
        replacement: [Address: ReplacementOrder] = [:], usual: Set<Address> = []
    ) throws -> Plan {
        try Planner(
            program: NotesModule(notes: notes).program(ignored: ignored, replacement: replacement, usual: usual),
            snapshot: snapshot(records), observations: observations
        ).plan()
    }

    private func moved(_ address: Address, needs: [Address] = []) -> (
        address: Address, needs: [Address], inputs: NotesModule.Inputs
    ) { (address, needs, { _ in ["text": "x", "region": "us"] }) }

    @Test func `the old thing goes once everything uses the new one, and counts as one replacement`() throws {
        let plan = try plan(
            [moved(a), (b, [a], NotesModule.text("new"))], [record(a, text: "x"), record(b, text: "y", needs: [a])],
            replacement: [a: .createFirst])
        #expect(plan.changes.map(\.address) == [a, b, Address("a~1")])
        #expect(plan.changes.map(\.action) == [.replace, .update, .delete])
        #expect(plan.changes[2].dependencies == [a, b])
        #expect(plan.summary[.replace] == 1 && plan.summary[.delete] == 0)
    }

    @Test func `what it needs and is made anew too follows, and the plan says why`() throws {
        let plan = try plan(
            [moved(a), moved(b, needs: [a]), moved(c)],
            [record(a, text: "x"), record(b, text: "x", needs: [a]), record(c, text: "x")],
            replacement: [b: .createFirst])
        let first = Dictionary(
            plan.changes.map { ($0.address, $0.createsFirst) }, uniquingKeysWith: { first, _ in first })
        #expect(first[a] == true && first[b] == true && first[c] == false)
        #expect(plan.changes[0].reasons.last == "the new one is made before the old one goes, as b asks for")
    }

    @Test func `a kind may have the new one made first as a rule, where nothing is against it`() throws {
        let records = [record(a, text: "x"), record(b, text: "x", needs: [a])]
        let notes = [moved(a), moved(b, needs: [a])]
        func first(_ plan: Plan) -> [Address] { plan.changes.filter(\.createsFirst).map(\.address) }
        let usual = try plan(notes, records, usual: [b])
        #expect(first(usual) == [a, b])
        #expect(
            usual.changes[1].reasons.last == "the new one is made before the old one goes, as is the rule for test.Note"
        )
        #expect(first(try plan(notes, records, replacement: [b: .deleteFirst], usual: [b])) == [])
        #expect(first(try plan(notes, records, replacement: [a: .deleteFirst], usual: [b])) == [])
        var named = records[0]
        named.inputs["name"] = "one"
        let taken: NotesModule.Inputs = { _ in ["text": "x", "region": "us", "name": "one"] }
        #expect(first(try plan([(a, [], taken), notes[1]], [named, records[1]], usual: [b])) == [])
    }

    @Test func `contrary wishes are refused with both places`() throws {
        let problems = #expect(throws: Diagnostics.self) {
            try plan(
                [moved(a), moved(b, needs: [a])], [record(a, text: "x"), record(b, text: "x", needs: [a])],
                replacement: [a: .deleteFirst, b: .createFirst])
        }
        #expect(problems?.all.map(\.code.text) == ["G0109"])
        #expect(problems?.all.first?.labels.count == 2)
    }

    @Test func `a name that the platform knows once is refused to two`() throws {
        var before = record(a, text: "x")
        before.inputs["name"] = "one"
        let named: NotesModule.Inputs = { _ in ["text": "x", "region": "us", "name": "one"] }
        let problems = #expect(throws: Diagnostics.self) {
            try plan([(a, [], named)], [before], replacement: [a: .createFirst])
        }
        #expect(problems?.all.map(\.code.text) == ["G0110"])
        #expect(try plan([(a, [], named)], [before]).changes[0].action == .replace)
    }

    @Test func `an old thing goes before the old one that it uses`() throws {
        let plan = try plan(
            [moved(a), moved(b, needs: [a]), moved(c, needs: [b])],
            [record(a, text: "x"), record(b, text: "x", needs: [a]), record(c, text: "x", needs: [b])])
        let (oldB, oldC) = (Address("b~1"), Address("c~1"))
        #expect(plan.changes.map(\.address) == [oldC, oldB, a, b, c])
        #expect(plan.changes.map(\.action) == [.delete, .delete, .replace, .replace, .replace])
        #expect(plan.changes.map(\.after) == [[], [oldC], [oldB], [oldB, oldC], [oldC]])
        #expect(plan.changes.map(\.goesFirst) == [true, true, false, false, false])
        #expect(plan.changes[0].reasons == ["it is the old c, which uses the old b and goes before it"])
        #expect(plan.changes[3].dependencies == [a])
        #expect(plan.summary[.replace] == 3 && plan.summary[.delete] == 0)
    }

    @Test func `old things whose successors are there go in the reverse order of dependence`() throws {
        let plan = try plan(
            [moved(a), moved(b, needs: [a])], [record(a, text: "x"), record(b, text: "x", needs: [a])],
            replacement: [b: .createFirst])
        #expect(plan.changes.map(\.address) == [a, b, Address("b~1"), Address("a~1")])
        #expect(plan.changes[3].after == [Address("b~1")])
        #expect(!plan.changes.map(\.goesFirst).contains(true))
    }

    @Test func `what is declared no more goes before the old thing that it uses, where that is no circle`() throws {
        let gone = record(b, text: "x", needs: [a])
        let plain = try plan([moved(a)], [record(a, text: "x"), gone])
        #expect(plain.changes.map(\.after) == [[b], []])
        let replaced = try plan([moved(a)], [record(a, text: "x"), gone], replacement: [a: .createFirst])
        #expect(replaced.changes.map(\.address) == [a, Address("a~1"), b])
        #expect(replaced.changes.map(\.after) == [[], [b], []])
        // The old `b` is let go of by `c`, which needs the new `a` for it.
        let user = record(c, text: "x", needs: [b])
        let circle = try plan([moved(a), (c, [a], NotesModule.text("new"))], [record(a, text: "x"), gone, user])
        #expect(circle.changes.map(\.after) == [[], [], []])
        #expect(circle.changes[2].dependencies == [c])
        #expect(circle.changes[0].reasons.last?.hasPrefix("the old one goes before b, which uses it") == true)
        #expect(circle.changes[0].reasons.last?.hasSuffix("say `@replace: \"create_first\"`") == true)
        #expect(plain.changes[0].reasons.count == 1)
    }

    @Test func `rows that use one another in a circle are made anew one by one`() throws {
        let plan = try plan(
            [moved(a), moved(b, needs: [a])],
            [record(a, text: "x", needs: [b]), record(b, text: "x", needs: [a])])
        #expect(plan.changes.map(\.address) == [a, b])
    }

    @Test func `what an earlier replacement left behind waits for its successor`() throws {
        let plan = try plan([(a, [], NotesModule.text("x"))], [record(Address("a~1"), text: "x")])
        #expect(plan.changes.map(\.action) == [.create, .delete])
        #expect(plan.changes[1].dependencies == [a])
    }

    @Test func `an ignored field stays as it is, and is no drift`() throws {
        let found = Observation.found(
            inputs: ["text": "theirs", "region": "eu", "token": .null, "labels": ["team": "b", "site": "x"]],
            outputs: ["id": "id-a", "stamp": "s"])
        let mine: NotesModule.Inputs = { _ in ["text": "mine", "labels": ["team": "a", "site": "y"]] }
        let none = try plan(
            [(a, [], mine)], [record(a, text: "x")], [a: found], ignored: [a: ["text", "labels"]])
        #expect(none.isEmpty && none.changes[0].drift.isEmpty)
        let part = try plan(
            [(a, [], mine)], [record(a, text: "x")], [a: found], ignored: [a: ["text", "labels.team"]])
        #expect(part.changes[0].fields.map(\.path) == ["labels.site"])
        #expect(part.changes[0].inputs["labels"] == ["team": "b", "site": "y"])
        #expect(part.changes[0].inputs["text"] == "theirs")
    }
}
