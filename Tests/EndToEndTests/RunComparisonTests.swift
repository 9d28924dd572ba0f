// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// `compare RUN RUN`, and the picture of a run.
struct RunComparisonTests {
    private func twice() async throws -> Project {
        let project = try Project([
            "fit.sh": """
            mkdir -p $CONVERGE_MODEL
            echo '{}' > $CONVERGE_MODEL/model.json
            echo "{\\"score\\": $CONVERGE_PARAM_DEPTH}" > $CONVERGE_METRICS
            """,
            "work.recipe": """
            param depth: Int = 1
            resource house: DataWarehousing {}
            workflow work {
              param label: String = "a"
              step t: Transform { in: house, sql: "select ${depth} as x" }
              step same: Transform { in: house, sql: "select 7 as y" }
              step fit: Train { command: ["sh", "fit.sh"], files: ["fit.sh"], params: { depth: depth } }
              step say: Shell { run: "echo ${label}" }
              output said = say.stdout
            }

            """
        ])
        #expect(try await project.converge("run", "work.recipe", "--yes").code == 0)
        let second = try await project.converge("run", "work.recipe", "{ label: \"b\" }", "--yes", "--set", "depth=2")
        #expect(second.code == 0, "\(second.errors)")
        return project
    }

    @Test func `two runs are compared by parameters, outputs and what their steps went by`() async throws {
        let project = try await twice()
        let answer = try await project.converge("compare", "run-2", "run-3", "--json")
        #expect(answer.code == 0, "\(answer.errors)")
        let json = try answer.json
        #expect(json.at("parameters", "0", "path") == "label")
        #expect(json.at("outputs", "0", "second") == "b")
        #expect(json.at("seconds", "first")?.number != nil)
        let steps = json.at("steps")?.list ?? []
        let differing = steps.filter { $0.at("differs") == true }.compactMap { $0.at("name")?.string }
        #expect(differing.sorted() == ["fit", "say", "t"], "\(steps)")
        #expect(steps.first { $0.at("name") == "same" }?.at("other_content") == false)
        let text = try await project.converge("compare", "run-2").output
        #expect(text.contains("label: \"a\" -> \"b\""), "\(text)")
        #expect(text.contains("unchanged"), "\(text)")
        #expect(text.contains("fit.score") && text.contains("+1.0"), "\(text)")
        try await project.converge("compare", "run-2", "run-9").expectRefusal("E0107", "there is no run 'run-9'")
    }

    @Test func `what differs is told also where the texts are the same`() async throws {
        let project = try Project([
            "in.csv": "a\n1\n",
            "work.recipe": """
            resource house: DataWarehousing {}
            workflow work {
              step rows: Ingest { from: "in.csv", into: house }
              step t: Transform { in: house, sql: "select a from ${rows.table}" }
            }

            """
        ])
        #expect(try await project.converge("run", "work.recipe", "--yes").code == 0)
        try project.write("a\n2\n", to: "in.csv")
        #expect(try await project.converge("run", "work.recipe", "--yes").code == 0)
        let text = try await project.converge("compare", "run-2", "run-3").output
        let given = text.split(separator: "\n").filter { $0.hasPrefix("  given ") }
        #expect(given.contains { $0.contains("sql.${rows}.") }, "\(text)")
        for line in given {
            let sides = line.split(separator: ": ", maxSplits: 1).last?.components(separatedBy: " -> ") ?? []
            #expect(sides.count != 2 || sides[0] != sides[1], "\(line)")
        }
    }

    @Test func `a run is drawn as text and as a picture`() async throws {
        let project = try await twice()
        let text = try await project.converge("show", "run-2", "--gantt").output
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == 5, "\(text)")
        #expect(lines[0].hasPrefix("run-2  work  succeeded, "))
        #expect(lines.dropFirst().allSatisfy { $0.contains("█") })
        let again = try await project.converge("show", "run-3", "--gantt").output
        #expect(again.contains("=") && again.contains("unchanged"), "\(again)")
        let answer = try await project.converge("show", "run-2", "--svg", "run.svg")
        #expect(answer.output == "Written to run.svg.\n", "\(answer.errors)")
        let svg = try project.text(of: "run.svg")
        #expect(svg.hasPrefix("<svg xmlns") && svg.hasSuffix("</svg>\n"))
        let parsed = try await project.program(
            "python3", "-c", "import xml.dom.minidom as m; print(len(m.parse('run.svg').getElementsByTagName('rect')))")
        #expect(parsed.output == "5\n", "\(parsed.errors)")
        #expect(try await project.converge("show", "house", "--gantt").code == 64)
    }
}
