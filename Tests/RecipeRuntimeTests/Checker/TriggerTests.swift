// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import Testing

struct TriggerTests {
    private static func recipe(_ triggers: String, parameters: String = "", more: String = "") -> String {
        """
        param hour: String = "2"
        resource lake: DataLakeStorage {}
        resource note: local.Note { text: "n" }
        \(more)
        workflow w {
        \(parameters)
          step q: Query { sql: "select 1" }
        \(triggers)
        }
        """
    }

    private func triggers(_ text: String, parameters: String = "", more: String = "") throws -> [TriggerNode] {
        let program = try Recipes().program(Self.recipe(text, parameters: parameters, more: more))
        return try #require(program.workflow("w")).triggers
    }

    @Test
    func `schedules are values with their zone and rules`() throws {
        let text = """
            on schedule "0 ${hour} * * *"
            on schedule "0 3 * * *" { zone: "Europe/Paris", missed: "all", missing: "skip", doubled: "twice" }
            """
        let nodes = try triggers(text)
        #expect(nodes.map(\.key) == ["schedule \"0 2 * * *\"", "schedule \"0 3 * * *\" Europe/Paris"])
        guard case .schedule(let first)? = nodes.first?.source, case .schedule(let last)? = nodes.last?.source else {
            Issue.record("no schedules")
            return
        }
        #expect(first.zone == .utc && first.missed == .runOnce && first.missing == .shift && first.doubled == .once)
        #expect(last.zone.name == "Europe/Paris")
        #expect(last.missed == .all && last.missing == .skip && last.doubled == .twice)
    }

    @Test
    func `a trigger gives its run what happened`() throws {
        let program = try Recipes().program(
            Self.recipe(
                "on schedule \"0 2 * * *\" { with: { day: event.date, label: \"of ${event.zone}\" } }",
                parameters: "param day: Date\nparam label: String = \"\"\nparam event: Object = {}"))
        let event: ObjectValue = [
            "date": .date(try #require(CalendarDate("2026-05-04"))), "zone": "UTC", "trigger": "t"
        ]
        let arguments = try program.evaluation.arguments(ofTrigger: 0, of: "w", event: event)
        #expect(arguments["day"] == event["date"])
        let parameters = try program.evaluation.parameters(of: "w", arguments: arguments, now: Recipes.now)
        #expect(parameters["label"]?.string == "of UTC")
        #expect(parameters["event"] == .object(event))
    }

    @Test(arguments: [
        ("on schedule \"0 25 * * *\"", "", ["R0802"]), ("on schedule \"0 ${hour}5 * * *\"", "", ["R0802"]),
        ("on schedule 5", "", ["R0301"]), ("on schedule", "", ["R0804"]),
        ("on schedule \"0 2 * * *\" { zone: \"CET+1\" }", "", ["R0803"]),
        ("on schedule \"0 2 * * *\" { missed: \"never\" }", "", ["R0207"]),
        ("on schedule \"0 2 * * *\" { zoen: \"UTC\" }", "", ["R0203"]),
        ("on schedule \"0 2 * * *\" { with: 5 }", "", ["R0804"]),
        ("on schedule \"0 2 * * *\" { with: { day: 5 } }", "param day: Date", ["R0301"]),
        ("on schedule \"0 2 * * *\" { with: { dya: event.date } }", "param day: Date", ["R0503"]),
        ("on schedule \"0 2 * * *\" { with: { day: event.dat } }", "param day: Date", ["R0307"]),
        ("on schedule \"0 2 * * *\"", "param day: Date", ["R0804"]),
        ("on schedule \"0 2 * * *\" { with: { day: q.table } }", "param day: Date", ["R0101"]),
        ("on schedule \"0 2 * * *\"\non schedule \"0 2 * * *\" { missed: \"all\" }", "", ["R0102"]),
        ("on schedule note.id", "", ["R0906"]), ("on schedul \"0 2 * * *\"", "", ["R0801"]),
        ("if hour == \"2\" { on schedule \"0 2 * * *\" }", "", ["R0104"])
    ])
    func `mistakes in triggers`(text: String, parameters: String, codes: [String]) {
        #expect(Recipes().codes(Self.recipe(text, parameters: parameters)) == codes)
    }

    @Test func `a field of a trigger that is none is told with what explains the trigger`() {
        let found = Recipes().diagnostics("workflow w {\n  on schedule \"0 2 * * *\" { zoen: \"UTC\" }\n}")
        #expect(found.first?.help == ["explain schedule"])
    }

    @Test
    func `the field of a schedule that is wrong is marked`() throws {
        let found = Recipes().diagnostics("workflow w {\n  on schedule \"0 25 * * *\"\n}")
        let place = try #require(found.first?.labels.first?.place)
        #expect(place.start == SourcePosition(line: 2, column: 18))
        #expect(place.end == SourcePosition(line: 2, column: 20))
    }
}

/// Triggers other than schedules.
struct OtherTriggerTests {
    private static func recipe(_ trigger: String, parameters: String = "") -> String {
        """
        resource lake: DataLakeStorage {}
        resource warehouse: local.Warehouse {}
        resource note: local.Note { text: "n" }
        workflow load { step q: Query { sql: "select 1" } }
        workflow w {
        \(parameters)
          step q: Query { sql: "select 1" }
          \(trigger)
        }
        """
    }

    @Test(arguments: [
        ("on data \"in/*.csv\"", "data \"in/*.csv\""), ("on data lake", "data lake"),
        ("on data lake { prefix: \"a/\" }", "data lake \"a/\""),
        ("on data warehouse { table: \"t\" }", "data warehouse table \"t\""), ("on drift", "drift"),
        ("on drift { every: 6h }", "drift"), ("on metric length(note.id) > 3", "metric length(note.id) > 3"),
        ("on webhook \"/hook\" { secret: secret(\"KEY\") }", "webhook \"/hook\""),
        ("on workflow load", "workflow load succeeded"),
        ("on workflow load { status: \"any\" }", "workflow load any"),
        ("on workflow \"x\" { recipe: \"other.recipe\" }", "workflow x of \"other.recipe\" succeeded")
    ])
    func `each trigger is a value with a name of its own`(text: String, key: String) throws {
        let program = try Recipes().program(Self.recipe(text))
        #expect(program.workflow("w")?.triggers.map(\.key) == [key])
    }

    @Test(arguments: [
        ("on data 5", ["R0804"]), ("on data", ["R0804"]), ("on data note", ["R0804"]),
        ("on data warehouse", ["R0804"]), ("on data \"a\" { table: \"t\" }", ["R0804"]),
        ("on data \"a\" { every: 1ms }", ["R0804"]), ("on drift note", ["R0804"]), ("on metric 5", ["R0804"]),
        ("on metric lake", ["R0804"]), ("on metric note.id > 5", ["R0303"]),
        ("on webhook \"hook\" { secret: secret(\"K\") }", ["R0804"]),
        ("on webhook \"/metrics\" { secret: secret(\"K\") }", ["R0804"]), ("on webhook \"/hook\"", ["R0204"]),
        ("on webhook \"/hook\" { secret: \"open\" }", ["R0315"]),
        ("on webhook \"/hook\" { secret: secret(\"K\"), largest: 1GiB }", ["R0804"]),
        ("on workflow w", ["R0804"]), ("on workflow laod", ["R0101"]), ("on workflow 5", ["R0804"]),
        ("on workflow load { status: \"odd\" }", ["R0207"])
    ])
    func `mistakes in other triggers`(text: String, codes: [String]) {
        #expect(Recipes().codes(Self.recipe(text)) == codes)
    }

    @Test
    func `workflows that would start one another without end are refused`() {
        let text = """
            workflow a {
              step q: Query { sql: "select 1" }
              on workflow b
            }
            workflow b {
              step q: Query { sql: "select 1" }
              on workflow a
            }
            """
        #expect(Recipes().codes(text) == ["R0103"])
    }

    @Test
    func `a condition is told once what it reads is there`() throws {
        let program = try Recipes().program(Self.recipe("on metric length(note.id) > 3"))
        func holds(_ values: [Address: ObjectValue]) throws -> Bool? {
            try program.evaluation.condition(ofTrigger: 0, of: "w", in: ResourceState(values))
        }
        #expect(try holds([:]) == nil)
        #expect(try holds(["note": ["id": "ab"]]) == false)
        #expect(try holds(["note": ["id": "abcd"]]) == true)
    }
}
