// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Terminals that can do little, and none at all.
@Suite(.serialized)
struct PromptDumbTests {
    /// A prompt under `script`, which keeps every byte that it writes.
    private func recorded(_ project: Project, _ environment: [String]) throws -> TerminalSession {
        let command = (["env"] + environment + [Project.executable]).joined(separator: " ")
        return try TerminalSession(
            ["script", "-q", "-f", "-c", command, project.path("record")],
            environment: ["HOME": project.path("home"), "SHELL": "/bin/sh"], directory: project.folder)
    }

    private func session(_ environment: [String]) async throws -> String {
        let project = try Project()
        let terminal = try recorded(project, environment)
        let statements = [
            ("let region = \"é\"", "region = \"é\""), ("resource note: local.Note {", "..."), ("text: region", "..."),
            ("}", "+ note"), ("workflow w { step a: Shell { run: \"true\" } }", "steps:"),
            ("apply --yes", "1 created."),
            ("run w", "run-2 succeeded"), ("nosuch + 1", "error["), ("help", "explain resource")
        ]
        try await terminal.wait(for: "converge>", within: .seconds(30))
        for (statement, answer) in statements {
            try terminal.enter(statement)
            try await terminal.wait(for: answer, within: .seconds(30))
            try await terminal.wait(for: "the next row to type on") {
                $0.lastLine == "converge>" || $0.lastLine.hasSuffix("...")
            }
        }
        try terminal.press("C-d")
        #expect(try await terminal.waitForExit().status == 0)
        return try project.text(of: "record")
    }

    @Test func `TERM=dumb gets a prompt and answers, and not one escape sequence`() async throws {
        let record = try await session(["TERM=dumb"])
        #expect(!record.contains("\u{1B}"), "\(record.debugDescription)")
        #expect(record.contains("converge> let region"))
    }

    @Test func `NO_COLOR gets everything but colours, marks of prompts and answers included`() async throws {
        let record = try await session(["TERM=xterm-256color", "NO_COLOR=1"])
        #expect(record.contains("\u{1B}[K"), "the line is edited")
        for mark in ["A", "C", "D;0", "D;1"] { #expect(record.contains("\u{1B}]133;\(mark)\u{7}"), "\(mark)") }
        let colours = record.matches(of: /\u{1B}\[[0-9;]*m/).map { String($0.output) }.filter { $0 != "\u{1B}[m" }
        #expect(colours.isEmpty, "\(colours)")
    }

    @Test func `a run behind a dumb prompt is told between the lines`() async throws {
        let project = try Project()
        let terminal = try TerminalSession(
            ["env", "TERM=dumb", Project.executable], environment: ["HOME": project.path("home")],
            directory: project.folder)
        try await terminal.wait(for: "converge>", within: .seconds(30))
        try terminal.enter("workflow w { step a: Shell { run: \"until [ -e go ]; do sleep 0.02; done\" } }")
        try await terminal.wait(for: "steps:")
        try terminal.enter("run w &")
        try await terminal.wait(for: "run-1 goes on in the background")
        try await terminal.wait(for: "the prompt again") { $0.lastLine == "converge>" }
        try project.write("", to: "go")
        try await terminal.wait(for: "the run's end, and a prompt below it") {
            $0.contains("run-1 succeeded (1 executed).") && $0.lastLine == "converge>"
        }
    }
}
