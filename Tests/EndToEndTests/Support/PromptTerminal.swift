// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The prompt in a terminal of its own, in a project's folder, with a home that nobody else uses.
struct PromptTerminal {
    let project: Project
    let terminal: TerminalSession
    /// What the prompt says before a line.
    private let sign: String

    /// Opens the prompt and waits until it can be typed at.
    ///
    /// - Parameter environment: Added to the variables; a project's own folder is its home.
    init(
        _ project: Project, _ arguments: String..., environment: [String: String] = [:], columns: Int = 100,
        rows: Int = 40
    ) async throws {
        self.project = project
        let name = arguments.firstIndex(of: "--env").map { arguments[$0...].dropFirst().first ?? "" }
        sign = name.map { "converge \($0)>" } ?? "converge>"
        terminal = try TerminalSession(
            [Project.executable] + arguments, environment: Self.variables(project, environment),
            directory: project.folder, columns: columns, rows: rows)
        try await waitForPrompt(1)
    }

    /// Opens a shell in which a test starts the prompt itself.
    static func shell(_ project: Project, environment: [String: String] = [:]) throws -> TerminalSession {
        var variables = variables(project, environment)
        variables["PS1"] = "$ "
        return try TerminalSession(
            ["bash", "--norc", "--noprofile"], environment: variables, directory: project.folder, columns: 100,
            rows: 40)
    }

    private static func variables(_ project: Project, _ added: [String: String]) -> [String: String] {
        // A folder below it, so that the project's own folder is no home, which no project may be.
        ["HOME": project.path("home"), "XDG_DATA_HOME": project.path("data")].merging(added) { $1 }
    }

    /// The file that keeps what was entered.
    var historyFile: String { "home/.local/state/converge/history.jsonl" }

    /// The process of the prompt.
    var process: pid_t? { terminal.process }

    /// How many prompts were shown so far.
    private func prompts() throws -> Int { try terminal.screen(.all).count(of: sign) }

    private func waitForPrompt(_ number: Int, within limit: Duration = .seconds(30)) async throws {
        try await terminal.wait(for: "empty prompt \(number)", view: .all, within: limit) { screen in
            screen.count(of: sign) >= number && screen.lastLine == sign
        }
    }

    /// Enters a statement and waits for the next prompt.
    ///
    /// - Returns: The rows that answer it.
    @discardableResult
    func enter(_ statement: String, within limit: Duration = .seconds(30)) async throws -> [String] {
        let number = try prompts()
        try terminal.type(statement)
        try terminal.press("Enter")
        try await waitForPrompt(number + 1, within: limit)
        let lines = try terminal.screen(.all).lines
        let begin = lines.lastIndex { $0.hasPrefix(sign + " ") } ?? lines.startIndex
        return Array(lines[begin...].dropFirst().dropLast())
    }

    /// Ctrl-C, until the fresh prompt is there.
    func abandonLine() async throws {
        let number = try prompts()
        try terminal.press("C-c")
        try await waitForPrompt(number + 1)
    }

    /// Leaves by Ctrl-D.
    ///
    /// - Returns: The exit status and the terminal's modes.
    func leave() async throws -> (status: Int, modes: String) {
        try terminal.press("C-d")
        return try await terminal.waitForExit()
    }
}
