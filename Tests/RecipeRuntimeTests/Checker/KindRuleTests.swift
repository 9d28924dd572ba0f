// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import Testing

/// What must hold between the fields of a step is told where the fields are known.
struct KindRuleTests {
    private static let long = "a title that is much too long"

    @Test func `a rule that the text breaks is told at the field, with the way out`() throws {
        let found = Recipes().diagnostics(
            "workflow w { step q: Query { sql: \"select 1\", title: \"\(Self.long)\" } }")
        let problem = try #require(found.first)
        #expect(found.count == 1)
        #expect(problem.code.text == "D9002")
        #expect(problem.message == "the title 'A TITLE THAT IS MUCH TOO LONG' is long")
        #expect(problem.help == ["shorten it"])
        #expect(problem.labels.first?.place.start.column == 54)
    }

    @Test func `every broken rule is told, and a text with holes is known to be there`() {
        let codes = Recipes().codes(
            """
            workflow w {
              step a: Query { sql: "select 1" }
              step q: Query { sql: "select 1", run: "echo ${a.model.name}", page: "<p>", title: "\(Self.long)" }
            }
            """)
        #expect(codes == ["D9001", "D9002"])
    }

    @Test func `a rule holds in a branch that is not taken, too`() {
        let codes = Recipes().codes(
            "workflow w { if false { step q: Query { sql: \"select 1\", run: \"x\", page: \"y\" } } }")
        #expect(codes == ["D9001"])
    }

    @Test(arguments: ["", "  param n: Int\n"])
    func `a rule is told for the values of parameters, whatever else must be given`(more: String) {
        let codes = Recipes().codes(
            """
            param heading: String = "\(Self.long)"
            workflow w {
            \(more)  step q: Query { sql: "select 1", title: heading }
            }
            """)
        #expect(codes == ["D9002"])
    }

    @Test func `what only a step tells is told once it has ended`() throws {
        let program = try Recipes().program(
            """
            resource lake: DataLakeStorage {}
            workflow w {
              step l: Ingest { from: "a.csv", into: lake }
              step q: Query { sql: "select 1", title: l.files[0] }
            }
            """)
        let before = try #require(try program.steps("w").step("q"))
        #expect(before.problems == [])
        let good: ObjectValue = ["files": ["short"]]
        #expect(try program.steps("w", outputs: ["l": good]).step("q")?.problems == [])
        let bad: ObjectValue = ["files": [.string(Self.long)]]
        let after = try #require(try program.steps("w", outputs: ["l": bad]).step("q"))
        #expect(after.problems.map(\.code.text) == ["D9002"])
        #expect(after.problems.first?.labels.first?.place.start.line == 4)
    }

    @Test func `values of a run that break a rule are told before it begins`() throws {
        let program = try Recipes().program(
            "workflow w { param heading: String; step q: Query { sql: \"select 1\", title: heading } }")
        let node = try program.steps("w", arguments: ["heading": .string(Self.long)]).step("q")
        #expect(node?.problems.map(\.code.text) == ["D9002"])
    }

    @Test func `a rule of a resource's kind is told at the field, in a branch that is not taken, too`() throws {
        let found = Recipes().diagnostics("if false { resource l: local.Lake { name: \"\(Self.long)\" } }")
        #expect(found.map(\.code.text) == ["V9001"])
        #expect(found.first?.labels.first?.place.start.column == 43)
        #expect(found.first?.notes == [])
    }

    @Test func `a rule of a resource's kind is told for the values of parameters, and asks the machine`() {
        let found = Recipes().diagnostics(
            "param keep: Duration = 30d\nresource l: local.Lake { retention: keep }")
        #expect(found.map(\.code.text) == ["V9002"])
        #expect(found.first?.message == "a machine of 4 processors does not keep it for 30d")
        #expect(found.first?.labels.first?.place.start.line == 2)
    }

    @Test func `a rule that a mapping's child breaks is told where the value was written`() throws {
        let given = Recipes().diagnostics("resource lake: DataLakeStorage { versioned: true, retention: 30d }")
        #expect(given.map(\.code.text) == ["V9002"])
        #expect(given.first?.labels.first?.place.start.column == 62)
        #expect(given.first?.notes == ["it is `retention` of lake/folder, a local.Lake"])
        let native = Recipes().diagnostics(
            "resource lake: DataLakeStorage { @native: { folder: { name: \"\(Self.long)\" } } }")
        #expect(native.map(\.code.text) == ["V9001"])
        #expect(native.first?.labels.first?.place.start.column == 61)
    }

    @Test func `a rule about what only an apply tells is decided then`() throws {
        let program = try Recipes().program(
            """
            resource note: local.Note { text: "x" }
            resource lake: local.Lake { name: note.path }
            """)
        let unknown = try program.inputs("lake")
        #expect(unknown["name"]?.isUnknown == true)
        let good = try program.inputs("lake", [Address("note"): ["path": "/short"]])
        #expect(good["name"] == "/short")
        let error = #expect(throws: Diagnostics.self) {
            try program.inputs("lake", [Address("note"): ["path": .string(Self.long)]])
        }
        #expect(error?.all.map(\.code.text) == ["V9001"])
    }

    private static let lacking = """
        param engine: String? = null
        resource warehouse: DataWarehousing {}
        workflow w {
          step a: Transform { in: warehouse, sql: "select 1", engine: "spark", mode: "merge" }
          step b: Transform { in: warehouse, sql: "select 1", engine: engine, mode: "marge" }
        }
        """

    @Test func `what the contract has and the executor lacks is told with the reason`() throws {
        let found = Recipes().diagnostics(Self.lacking)
        #expect(found.map(\.code.text) == ["R0602", "R0602", "R0207"])
        #expect(found.first?.message == "Transform lacks 'engine' here")
        #expect(found.first?.notes == ["there is one engine"])
        #expect(found.first?.help == ["leave it out"])
        #expect(found.first?.labels.first?.place.start.column == 63)
        #expect(found.dropFirst().first?.message == "Transform lacks 'mode: merge' here")
    }
}
