// SPDX-License-Identifier: Apache-2.0
import ChildPrograms
import Foundation

/// A program in a terminal of its own, driven by keys and watched on its screen, by a private tmux server.
///
/// Nothing here waits for a fixed time: what a test expects is polled until it is there or the time is up, and
/// then the error shows the screen. The session ends with the object.
final class TerminalSession {
    /// What the terminal shows.
    struct Screen: CustomStringConvertible {
        /// The rows without blanks at their ends, up to the last that holds something.
        let lines: [String]
        /// Column and row, counted from zero.
        let cursor: (column: Int, row: Int)

        var text: String { lines.joined(separator: "\n") }
        var lastLine: String { lines.last ?? "" }
        func contains(_ text: String) -> Bool { self.text.contains(text) }
        /// How many rows begin with the text.
        func count(of prefix: String) -> Int { lines.count { $0.hasPrefix(prefix) } }
        var description: String { "\(text)\n(cursor in column \(cursor.column) of row \(cursor.row))" }
    }

    /// Which part of the terminal is looked at, and how.
    enum View {
        case visible
        /// With what scrolled off the screen.
        case all
        /// The visible part with its colours as SGR sequences.
        case styled
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Holds the server's socket and what passes between it and this process. Pipes would not do: a server started
    /// by another test at the same time inherits them and keeps them open.
    private let folder: URL
    private static let target = "session"

    /// Starts a program with its terminal.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments. After it ends, its exit status stands as `[exit N]` on the
    ///     screen, followed by the terminal's modes.
    ///   - environment: Added to a small environment with a UTF-8 locale.
    ///   - directory: Where the program runs.
    init(
        _ command: [String], environment: [String: String] = [:], directory: URL? = nil, columns: Int = 80,
        rows: Int = 24
    ) throws {
        // A socket's path has to be short.
        let name = "converge-\(UUID().uuidString.prefix(8))"
        folder = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var variables = ["LC_ALL": "C.UTF-8", "HOME": NSTemporaryDirectory()]
        variables["PATH"] = ProcessInfo.processInfo.environment["PATH"]
        variables.merge(environment) { _, new in new }
        let words = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + command
        // tmux sets TERM for what it starts; only what is asked for is passed on beside it.
        let program = "env -i TERM=\"$TERM\" " + words.map(Self.quoted).joined(separator: " ")
        // Ctrl-C reaches the shell around the program too, and must not end it.
        let script = "trap : INT; \(program); echo \"[exit $?]\"; stty -a; exec sleep 1000"
        var arguments = ["new-session", "-d", "-s", Self.target, "-x", "\(columns)", "-y", "\(rows)"]
        if let directory { arguments += ["-c", directory.path] }
        try tmux(arguments + ["exec sh -c " + Self.quoted(script)])
    }

    deinit {
        _ = try? tmux(["kill-server"])
        try? FileManager.default.removeItem(at: folder)
    }

    private static func quoted(_ word: String) -> String {
        "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }

    @discardableResult
    private func tmux(_ arguments: [String], input: String = "") throws -> String {
        let (source, output) = (folder.appending(path: "in").path, folder.appending(path: "out").path)
        try Data(input.utf8).write(to: URL(filePath: source))
        let words = ["tmux", "-S", folder.appending(path: "tmux").path, "-f", "/dev/null"] + arguments
        let program = try ChildProgram(
            words, variables: ProcessInfo.processInfo.environment, input: source, output: output)
        let code = program.end()
        let text = try String(contentsOfFile: output, encoding: .utf8)
        guard code == 0 else { throw Failure(description: "tmux \(arguments.first ?? ""): \(text)") }
        return text
    }

    /// The program that runs in the terminal: what the shell around it waits for.
    var process: pid_t? {
        guard let shell = try? tmux(["list-panes", "-t", Self.target, "-F", "#{pane_pid}"]),
            let pid = Int32(shell.split(separator: "\n").first ?? ""),
            let children = try? String(contentsOfFile: "/proc/\(pid)/task/\(pid)/children", encoding: .utf8)
        else { return nil }
        return children.split(separator: " ").first.flatMap { Int32($0) }
    }

    /// Types a text, letter by letter.
    func type(_ text: String) throws {
        try tmux(["send-keys", "-t", Self.target, "-l", "--", text])
    }

    /// Presses keys by tmux's names: `Enter`, `Tab`, `C-c`, `M-f`, `Up`, `BSpace`.
    func press(_ keys: String...) throws {
        try tmux(["send-keys", "-t", Self.target] + keys)
    }

    /// Types a text and presses Enter.
    func enter(_ text: String) throws {
        try type(text)
        try press("Enter")
    }

    /// Pastes a text as the terminal does: bracketed where the program asked for that.
    func paste(_ text: String) throws {
        try tmux(["load-buffer", "-b", "pasted", "-"], input: text)
        try tmux(["paste-buffer", "-p", "-r", "-d", "-b", "pasted", "-t", Self.target])
    }

    func resize(columns: Int, rows: Int) throws {
        try tmux(["resize-window", "-t", Self.target, "-x", "\(columns)", "-y", "\(rows)"])
    }

    /// What is to be seen now.
    func screen(_ view: View = .visible) throws -> Screen {
        var arguments = ["capture-pane", "-p", "-t", Self.target]
        switch view {
        case .visible: break
        case .all: arguments += ["-S", "-"]
        case .styled: arguments += ["-e"]
        }
        let place = ["display-message", "-p", "-t", Self.target, "#{cursor_x} #{cursor_y}"]
        // In one command, so that picture and cursor belong together.
        var lines = try tmux(arguments + [";"] + place).split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        while lines.last == "" { lines.removeLast() }
        let numbers = (lines.popLast() ?? "").split(separator: " ").compactMap { Int($0) }
        while lines.last == "" { lines.removeLast() }
        return Screen(lines: lines, cursor: (numbers.first ?? 0, numbers.last ?? 0))
    }

    /// Waits until what is to be seen fulfils a condition.
    ///
    /// - Returns: The screen that did.
    /// - Throws: `Failure` with the last screen when the time is up.
    @discardableResult
    func wait(
        for expectation: String, view: View = .visible, within limit: Duration = .seconds(10),
        until condition: (Screen) -> Bool
    ) async throws -> Screen {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while true {
            let present = try screen(view)
            if condition(present) { return present }
            if clock.now > deadline {
                throw Failure(description: "no \(expectation) within \(limit); the screen:\n\(present)")
            }
            try await Task.sleep(for: .milliseconds(15))
        }
    }

    /// Waits until a text is to be seen.
    @discardableResult
    func wait(for text: String, view: View = .visible, within limit: Duration = .seconds(10)) async throws -> Screen {
        try await wait(for: "'\(text)'", view: view, within: limit) { $0.contains(text) }
    }

    /// Waits until the cursor's row is exactly the text.
    @discardableResult
    func wait(forLine text: String, within limit: Duration = .seconds(10)) async throws -> Screen {
        try await wait(for: "row '\(text)' at the cursor", within: limit) { screen in
            screen.lines.indices.contains(screen.cursor.row) && screen.lines[screen.cursor.row] == text
        }
    }

    /// Waits until the program has ended.
    ///
    /// - Returns: Its exit status, and the terminal's modes as `stty -a` writes them.
    func waitForExit(within limit: Duration = .seconds(10)) async throws -> (status: Int, modes: String) {
        let screen = try await wait(for: "end of the program", view: .all, within: limit) {
            $0.contains("[exit ") && $0.contains("icanon")
        }
        guard let line = screen.lines.lastIndex(where: { $0.hasPrefix("[exit ") }),
            let status = Int(screen.lines[line].dropFirst(6).prefix { $0.isNumber })
        else { throw Failure(description: "no exit status on the screen:\n\(screen)") }
        return (status, screen.lines[(line + 1)...].joined(separator: " "))
    }
}
