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

    @Test
    func `the field of a schedule that is wrong is marked`() throws {
        let found = Recipes().diagnostics("workflow w {\n  on schedule \"0 25 * * *\"\n}")
        let place = try #require(found.first?.labels.first?.place)
        #expect(place.start == SourcePosition(line: 2, column: 18))
        #expect(place.end == SourcePosition(line: 2, column: 20))
    }
}
