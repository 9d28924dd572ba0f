// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What `check` tells of the steps of workflows before anything runs.
struct WorkflowCheckTests {
    /// The codes and lines of what is wrong with a recipe.
    private func problems(_ recipe: String, files: [String: String] = [:]) async throws -> [String] {
        let project = try Project(files.merging(["w.recipe": recipe]) { _, new in new })
        let answer = try await project.converge("check", "w.recipe", "--json")
        return try answer.document["diagnostics"]?.list?.map { problem in
            "\(problem.object?["code"]?.string ?? "") \(problem.object?["line"]?.int ?? 0)"
        } ?? [answer.output + answer.errors]
    }

    @Test func `what is wrong with parts is told together with all else`() async throws {
        let found = try await problems(
            """
            workflow load {
              param day: Date
              step get: Shell { run: "echo ${day}" }
              output file = get.stdout
            }
            workflow week {
              step a: Run { workflow: "laod" }
              step b: Run { workflow: "load" }
              step c: Run { workflow: "load", params: { dya: 2026-11-01, day: "soon" } }
              step d: Run { workflow: "load", params: { day: 2026-11-01 } }
              step e: Shell { run: "echo ${d.outputs["fiel"]} ${d.outputs.file} ${nosuch}" }
              step f: Shell { run: "echo ${d.outputs.fiel}" }
              step g: Run { workflow: "week" }
            }
            """)
        #expect(
            found == [
                "R0101 7", "R0204 8", "R0503 9", "R0404 9", "R0307 11", "R0101 11", "R0307 12", "R0103 13"
            ])
    }

    @Test func `an output that a part does not have is told with what was probably meant`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow load {
              step get: Shell { run: "echo 1" }
              output file = get.stdout
            }
            workflow all {
              for name in ["eu", "us"] {
                step part[name]: Run { workflow: "load" }
              }
              step last: Shell { run: "echo ${part["eu"].outputs["fiel"]} ${part["us"].outputs["gone"] ?? "none"}" }
            }

            """
        ])
        let answer = try await project.converge("check", "w.recipe")
        #expect(answer.code == 1)
        #expect(answer.errors.contains("the workflow 'load' has no output 'fiel'"), "\(answer.errors)")
        #expect(answer.errors.contains("did you mean 'file'?"))
        #expect(!answer.errors.contains("no output 'gone'"))
    }

    @Test func `a recipe that a step applies and that cannot be read is told at check`() async throws {
        let found = try await problems(
            """
            workflow w {
              step a: Plan { module: "nowhere.recipe" }
              step b: Apply { module: "folder" }
              step c: Apply { module: "there.recipe" }
              step d: Apply { module: "sub/../there.recipe" }
              step e: Shell { run: "echo ${nosuch}" }
            }
            """, files: ["there.recipe": "", "folder/x": ""])
        #expect(found == ["R0109 2", "R0109 3", "R0101 6"])
        let imported = try await problems(
            """
            import "lib/shared.recipe" as shared
            """,
            files: [
                "lib/shared.recipe": """
                workflow a { step one: Apply { module: "beside.recipe" } }
                workflow b { step two: Apply { module: "w.recipe" } }
                """, "lib/beside.recipe": ""
            ])
        #expect(imported == ["R0109 2"])
    }

    @Test func `errors of a recipe that a step applies, and of what it is given, are told at check`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow w {
              step a: Plan { module: "broken.recipe" }
              step b: Apply { module: "sound.recipe", params: { wrod: "x", word: "y" } }
              step c: Apply { module: "sound.recipe", params: { more: 2 } }
              step d: Apply { module: "sound.recipe", params: { word: "y" } }
              step e: Apply { module: "w.recipe" }
              step f: Apply { module: "circle.recipe" }
            }

            """,
            "broken.recipe": "import \"lib.recipe\" as lib\nresource note: local.Note { text: nosuch }\n",
            "lib.recipe": "let x = 1 +\n", "circle.recipe": "workflow c { step a: Apply { module: \"w.recipe\" } }\n",
            "sound.recipe": "param word: String\nparam more: Int = 1\nresource note: local.Note { text: word }\n"
        ])
        let answer = try await project.converge("check", "w.recipe")
        #expect(answer.code == 1)
        #expect(
            answer.errors.contains("error[R0109]: broken.recipe has 2 errors\n --> w.recipe:2:"), "\(answer.errors)")
        #expect(answer.errors.contains("R0101: nothing here is called 'nosuch' (broken.recipe:2)"), "\(answer.errors)")
        #expect(answer.errors.contains("error[R0503]: sound.recipe has no parameter 'wrod'\n --> w.recipe:3:"))
        #expect(
            answer.errors.contains("error[R0204]: the parameter 'word' of sound.recipe has no value\n --> w.recipe:4:"))
        #expect(answer.errors.components(separatedBy: "error[").count == 4, "\(answer.errors)")
    }

    @Test func `times that are none are told at check, together with all else`() async throws {
        let found = try await problems(
            """
            workflow w {
              step a: Wait { duration: -5s }
              step b: Wait { duration: 0s }
              step c: Approve { text: "go?", expires: -1d }
              step d: Http { url: "http://localhost", timeout: 0s }
              step e: Shell { @timeout: -1s, run: "true" }
              step f: Shell { @retry: { backoff: -1s }, run: "true" }
              step g: Shell { @rate: { group: "g", limit: 1, per: 0s }, run: "true" }
              step h: Shell { @cache: -1d, run: "true" }
              step i: Shell { run: "echo ${nosuch}" }
            }
            """)
        #expect(
            found == [
                "D1103 2", "D1103 3", "D1103 4", "D1103 5", "R0209 6", "R0209 7", "R0209 8", "R0209 9", "R0101 10"
            ])
        // What only values show is told of all steps, too.
        let computed = try await problems(
            """
            workflow w {
              param rest: Duration = -5s
              step a: Wait { duration: rest }
              step b: Shell { @timeout: rest, run: "true" }
              step c: Shell { @timeout: rest * 2, run: "true" }
              step d: Run { workflow: "${"l"}oad" }
            }
            """)
        #expect(computed.sorted() == ["D1103 3", "R0101 6", "R0209 4", "R0209 5"])
    }

    @Test func `steps that would wait at the end of a run are told at check`() async throws {
        let found = try await problems(
            """
            workflow ask {
              step allow: Approve { text: "go?" }
            }
            workflow around {
              step inner: Run { workflow: "ask" }
            }
            workflow w {
              step a: Shell { @undo: back, run: "true" }
              step back: Wait { signal: "x" }
              finally {
                step b: Approve { text: "sure?" }
                step c: Run { workflow: "around" }
                step d: Shell { run: "true" }
              }
            }
            """)
        #expect(found == ["R0209 8", "R0104 11", "R0104 12"])
    }

    @Test func `a workflow of an imported recipe runs its neighbours by their names there`() async throws {
        let project = try Project([
            "w.recipe": """
            import "lib/shared.recipe" as shared
            workflow all {
              step part: Run { workflow: "shared.week" }
            }

            """,
            "lib/shared.recipe": """
            workflow load {
              step get: Shell { run: "echo got >> log" }
            }
            workflow week {
              step part: Run { workflow: "load" }
            }

            """
        ])
        let answer = try await project.converge("run", "w.recipe", "all", "--yes")
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try project.text(of: "lib/log") == "got\n")
    }
}
