// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import PlanningFixtures
import Testing

struct PlannerTests {
    private let a = Address("a")
    private let b = Address("b")

    private func plan(
        _ module: NotesModule, _ records: [ResourceRecord] = [], _ observations: [Address: Observation] = [:],
        protected: Set<Address> = [], formerly: [Address: [Address]] = [:]
    ) throws -> Plan {
        try Planner(
            program: module.program(protected: protected, formerly: formerly), snapshot: snapshot(records),
            observations: observations
        ).plan()
    }

    @Test func `what is declared and not recorded is created`() throws {
        let plan = try plan(NotesModule(notes: [(a, [], NotesModule.text("x"))]))
        #expect(plan.changes.map(\.action) == [.create])
        #expect(plan.summary[.create] == 1)
    }

    @Test func `what is recorded as declared is unchanged`() throws {
        let plan = try plan(NotesModule(notes: [(a, [], NotesModule.text("x"))]), [record(a, text: "x")])
        #expect(plan.isEmpty)
    }

    @Test func `a changed field is an update that names old and new value and the place`() throws {
        let plan = try plan(NotesModule(notes: [(a, [], NotesModule.text("y"))]), [record(a, text: "x")])
        #expect(plan.changes[0].action == .update)
        #expect(plan.changes[0].fields.map(\.path) == ["text"])
        #expect(plan.changes[0].reasons == ["`text`: \"x\" -> \"y\", asked for at notes.recipe:1"])
    }

    @Test func `a changed create-only field is a replacement`() throws {
        let module = NotesModule(notes: [(a, [], { _ in ["text": "x", "region": "us"] })])
        let plan = try plan(module, [record(a, text: "x")])
        #expect(plan.changes[0].action == .replace)
        #expect(plan.changes[0].reasons[0].hasPrefix("`region` is create-only: \"eu\" -> \"us\""))
    }

    @Test
    func `a thing is made anew where its connection leads elsewhere, and not where it only leads there otherwise`()
        throws
    {
        func plan(
            _ recorded: ObjectValue, _ present: ObjectValue, spanning: Set<Address> = []
        ) throws -> (plan: Plan, snapshot: LedgerSnapshot) {
            var program = NotesModule(notes: [(a, [], NotesModule.text("x"))]).program(spanning: spanning)
            program.providers = [ProviderUse(alias: "test", plugin: "test", settings: present)]
            program.placeSettings = ["test": ["region"]]
            var row = record(a, text: "x")
            row.provider = ProviderUse(alias: "test", plugin: "test", settings: recorded)
            let reached = snapshot([row]).reached(by: program)
            return (try Planner(program: program, snapshot: reached).plan(), reached)
        }
        let moved = try plan(["region": "eu", "profile": "old"], ["region": "us", "profile": "new"])
        #expect(moved.plan.changes.map(\.action) == [.replace])
        #expect(moved.plan.changes[0].reasons == ["`region` of the connection test: \"eu\" -> \"us\""])
        #expect(moved.snapshot.records[a]?.provider.settings["profile"] == "old", "it is where it was")
        let wide = try plan(["region": "eu", "profile": "old"], ["region": "us", "profile": "new"], spanning: [a])
        #expect(wide.plan.isEmpty, "it is in every region")
        #expect(wide.snapshot.records[a]?.provider.settings["profile"] == "new")
        for (before, after) in [("eu", "eu"), (nil, "eu"), ("eu", nil)] as [(Value?, Value?)] {
            let stays = try plan(
                ["region": before ?? .null, "profile": "old"], ["region": after ?? .null, "profile": "new"])
            #expect(stays.plan.isEmpty)
            #expect(stays.snapshot.records[a]?.provider.settings["profile"] == "new", "it is reached as it can be now")
            #expect(stays.snapshot.reconnected == [a])
        }
    }

    @Test func `an output of what is created is unknown to its readers, that of what stays is known`() throws {
        let module = NotesModule(notes: [
            (a, [], NotesModule.text("x")),
            (b, [a], { state in ["text": state.values[Address("a")]?["id"] ?? .null] })
        ])
        let fresh = try plan(module)
        #expect(fresh.changes[1].inputs["text"]?.isUnknown == true)
        let later = try plan(module, [record(a, text: "x"), record(b, text: "id-a")])
        #expect(later.isEmpty)
    }

    @Test func `an update leaves stable outputs known and makes changing ones unknown`() throws {
        let module = NotesModule(notes: [
            (a, [], NotesModule.text("new")),
            (
                b, [a],
                { state in
                    [
                        "text": state.values[Address("a")]?["id"] ?? .null,
                        "labels": ["stamp": state.values[Address("a")]?["stamp"] ?? .null]
                    ]
                }
            )
        ])
        let plan = try plan(module, [record(a, text: "x"), record(b, text: "id-a")])
        let reader = try #require(plan.changes.first { $0.address == b })
        #expect(reader.fields.map(\.path) == ["labels.stamp"])
    }

    @Test func `what is recorded and not declared is deleted, dependants first`() throws {
        let plan = try plan(NotesModule(notes: []), [record(a, text: "x"), record(b, text: "y", needs: [a])])
        #expect(plan.changes.map(\.address) == [b, a])
        #expect(plan.changes.allSatisfy { $0.action == .delete })
        #expect(plan.changes[1].dependencies == [b])
    }

    @Test func `what is gone from the platform is created again`() throws {
        let plan = try plan(
            NotesModule(notes: [(a, [], NotesModule.text("x"))]), [record(a, text: "x")], [a: .gone])
        #expect(plan.changes[0].action == .create)
        #expect(plan.changes[0].reasons == ["it was recorded but is gone from the platform"])
    }

    @Test func `what others changed is shown as drift and repaired`() throws {
        var observed = record(a, text: "theirs").inputs
        observed["text"] = "theirs"
        let plan = try plan(
            NotesModule(notes: [(a, [], NotesModule.text("x"))]), [record(a, text: "x")],
            [a: .found(inputs: observed, outputs: record(a, text: "x").outputs)])
        #expect(plan.changes[0].action == .update)
        #expect(plan.changes[0].drift.map(\.path) == ["text"])
        #expect(plan.changes[0].reasons[0].hasSuffix("changed outside of Converge"))
    }

    @Test func `what others changed and the recipe changes too has both causes`() throws {
        var observed = record(a, text: "theirs").inputs
        observed["text"] = "theirs"
        let plan = try plan(
            NotesModule(notes: [(a, [], NotesModule.text("new"))]), [record(a, text: "x")],
            [a: .found(inputs: observed, outputs: record(a, text: "x").outputs)])
        let reason = plan.changes[0].reasons[0]
        #expect(reason.contains("\"theirs\" -> \"new\", changed outside of Converge and asked for at "), "\(reason)")
    }

    @Test func `a renamed resource moves without a change`() throws {
        let plan = try plan(
            NotesModule(notes: [(b, [], NotesModule.text("x"))]), [record(a, text: "x")], formerly: [b: [a]])
        #expect(plan.changes.map(\.action) == [.move])
        #expect(plan.changes[0].movedFrom == a)
    }

    @Test func `two resources cannot both have been one`() throws {
        let module = NotesModule(notes: [(b, [], NotesModule.text("x")), (Address("c"), [], NotesModule.text("x"))])
        #expect(throws: Diagnostics.self) {
            try plan(module, [record(a, text: "x")], formerly: [b: [a], Address("c"): [a]])
        }
    }

    @Test(arguments: [true, false])
    func `a protected resource is neither deleted nor replaced, whether its line is there or not`(declared: Bool) throws
    {
        let moved: NotesModule.Inputs = { _ in ["text": "x", "region": "us"] }
        let module = NotesModule(notes: declared ? [(a, [], moved)] : [])
        let problems = #expect(throws: Diagnostics.self) {
            try plan(module, [record(a, text: "x", isProtected: true)], protected: [a])
        }
        #expect(problems?.all.map { $0.code } == [DiagnosticCode.planProtected])
    }

    @Test func `protection that is lifted in the declaration is lifted by an apply, not by a deleted line`() throws {
        let module = NotesModule(notes: [(a, [], NotesModule.text("x"))])
        #expect(try plan(module, [record(a, text: "x", isProtected: true)]).isEmpty)
    }

    @Test func `a circle is told once with each edge`() throws {
        let module = NotesModule(notes: [(a, [b], NotesModule.text("x")), (b, [a], NotesModule.text("y"))])
        let problems = #expect(throws: Diagnostics.self) { try plan(module) }
        #expect(problems?.all.map { $0.code } == [DiagnosticCode.planCycle])
        #expect(problems?.all.first?.labels.count == 2)
    }

    @Test func `what an earlier attempt left incomplete is made anew or changed again`() throws {
        let module = NotesModule(notes: [(a, [], NotesModule.text("x"))])
        #expect(try plan(module, [record(a, text: "x", status: .incomplete)]).changes[0].action == .update)
        var bare = record(a, text: "x", status: .incomplete)
        bare.outputs = [:]
        #expect(try plan(module, [bare]).changes[0].action == .replace)
    }

    @Test func `what is incomplete is made anew where a create-only field changes too`() throws {
        let module = NotesModule(notes: [(a, [], { _ in ["text": "x", "region": "us"] })])
        let change = try plan(module, [record(a, text: "x", status: .incomplete)]).changes[0]
        #expect(change.action == .replace)
        #expect(change.reasons.first == "an earlier attempt left it incomplete")
        #expect(change.reasons.last?.hasPrefix("`region` is create-only") == true)
    }

    @Test func `outputs of what an interrupted command may have made are not taken for known`() throws {
        let module = NotesModule(notes: [
            (a, [], NotesModule.text("x")), (b, [a], { state in ["text": state.values[Address("a")]?["id"] ?? .null] })
        ])
        var open = record(a, text: "x", status: .creating)
        open.outputs = [:]
        let plan = try plan(module, [open])
        #expect(plan.changes.map(\.action) == [.create, .create])
        #expect(plan.changes[1].inputs["text"]?.isUnknown == true)
    }

    @Test func `a sensitive field differs without showing either value`() throws {
        let module = NotesModule(notes: [(a, [], { _ in ["text": "x", "token": "hunter2"] })])
        let plan = try plan(module, [record(a, text: "x")])
        #expect(plan.changes[0].fields[0].isSensitive)
        #expect(plan.changes[0].reasons == ["`token`: its secret value changed"])
    }
}
