// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// What commands print: nothing of it rewrites a terminal, and none of it is lost unsaid.
struct OutputTests {
    /// What a program may say to rename the window, clear the screen and ring.
    private static let hostile = #"printf '\033]0;owned\007\033[2J\033[1;1H\033[31mred\033[0m\tend\000\n'"#

    private func isSafe(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy {
            $0.value >= 0x20 && $0.value != 0x7F && !(0x80..<0xA0).contains($0.value)
                || $0 == "\n" || $0 == "\t"
        }
    }

    @Test func `what keeps the triggers of a recipe from being shown is said`() async throws {
        let project = try Project([
            "a.recipe": "workflow w { step s: Shell { run: \"echo\" }\n on schedule \"0 3 * * *\" }\n"
        ])
        let good = try await project.converge("show", "a.recipe", "--json").json
        #expect(good.at("triggers")?.list?.count == 1 && good.at("problems")?.list?.isEmpty == true, "\(good)")
        try project.write("output x = nothing\n" + (try project.text(of: "a.recipe")), to: "a.recipe")
        let shown = try await project.converge("show", "a.recipe")
        #expect(shown.output.contains("Nothing here yet") && shown.errors.contains("R0101"), "\(shown.errors)")
        let bad = try await project.converge("show", "a.recipe", "--json").json
        #expect(bad.at("problems", "0", "code") == "R0101" && bad.at("triggers")?.list?.isEmpty == true, "\(bad)")
    }

    @Test func `what a step says cannot write over the screen`() async throws {
        let project = try Project([
            "say.recipe":
                "workflow say { step it: Shell { run: \(Value.string(Self.hostile + "; exit 3").literal) } }\n"
        ])
        let run = try await project.converge("run", "say.recipe", "--yes")
        #expect(run.code == 1)
        #expect(isSafe(run.output + run.errors), "\(run.errors.debugDescription)")
        let logs = try await project.converge("logs")
        #expect(isSafe(logs.output), "\(logs.output.debugDescription)")
        #expect(logs.output.contains("^[]0;owned^G^[[2J^[[1;1Hred\tend"), "\(logs.output.debugDescription)")
        let json = try await project.converge("logs", "--json")
        #expect(json.output.contains(#"\u001b]0;owned"#), "\(json.output)")
    }

    @Test func `an excerpt of a recipe cannot write over the screen`() async throws {
        let project = try Project(["bad.recipe": "resource a: local.Note { text: \u{1B}]0;owned\u{7}\u{1B}[2J }\n"])
        let check = try await project.converge("check", "bad.recipe")
        #expect(check.code == 1)
        #expect(isSafe(check.output + check.errors), "\(check.errors.debugDescription)")
    }

    @Test func `a value that is piped stays what it is`() async throws {
        let project = try Project(["a.recipe": "resource a: local.Note { text: \"one\\u{d}\\ntwo\\u{1b}\" }\n"])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        #expect(try await project.converge("show", "a.text").output == "one\r\ntwo\u{1B}\n")
    }

    @Test func `output that cannot be written is no success`() async throws {
        let project = try Project(["a.recipe": "resource a: local.Note { text: \"x\" }\n"])
        #expect(try await project.converge("apply", "a.recipe", "--yes").code == 0)
        for words in ["show --json", "show", "explain DataLakeStorage", "--version", "--help", "plan a.recipe"] {
            let full = try await project.program("sh", "-c", "'\(Project.executable)' \(words) > /dev/full")
            #expect(full.code == 1, "\(words): \(full.errors)")
            #expect(full.errors.contains("standard output cannot be written: No space left on device"), "\(words)")
        }
    }

    @Test func `a reader that stops reading is no failure, and stops nothing`() async throws {
        let notes = (0..<200).map { "resource n\($0): local.Note { text: \"\($0)\" }\n" }.joined()
        let project = try Project(["many.recipe": notes])
        let apply = try await project.program(
            "bash", "-c", "'\(Project.executable)' apply many.recipe --yes --events | head -1; echo ${PIPESTATUS[0]}")
        #expect(apply.output.hasSuffix("\n0\n"), "\(apply.output)\(apply.errors)")
        #expect(apply.errors.isEmpty)
        #expect(try await project.converge("plan", "many.recipe", "--check").code == 0)
    }
}
