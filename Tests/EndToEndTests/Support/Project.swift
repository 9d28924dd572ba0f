// SPDX-License-Identifier: Apache-2.0
import ChildPrograms
import ConvergeSDK
import Foundation

/// A folder of its own in which a test works with the built executable.
final class Project: Sendable {
    let folder: URL

    init(_ files: [String: String] = [:]) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("converge-e2e-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try write(text, to: name) }
    }

    deinit {
        // The supervisor of a project ends by itself once the folder is gone.
        try? FileManager.default.removeItem(at: folder)
    }

    func write(_ text: String, to name: String) throws {
        let file = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func write(bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
    }

    func bytes(of name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// The top of the repository under test.
    static let repository = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    func text(of name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
    }

    /// What a run of the executable gave.
    struct Answer: Sendable {
        let code: Int32
        let output: String
        let errors: String

        /// Standard output as one JSON document.
        var document: ObjectValue {
            get throws { try Value(json: output).object ?? [:] }
        }
    }

    /// The executable under test: the release build, or what `CONVERGE_EXECUTABLE` names.
    static let executable: String = {
        if let named = ProcessInfo.processInfo.environment["CONVERGE_EXECUTABLE"] { return named }
        let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        return products.appendingPathComponent("converge").path
    }()

    /// Runs the executable to its end in the project's folder.
    func converge(
        _ arguments: String..., input: String = "", environment: [String: String] = [:]
    ) async throws -> Answer {
        try await run(arguments, input: input, environment: environment)
    }

    func run(_ arguments: [String], input: String = "", environment: [String: String] = [:]) async throws -> Answer {
        let started = try start(arguments, input: input, environment: environment)
        return await started.end()
    }

    /// Runs another program to its end in the project's folder.
    func program(_ command: String...) async throws -> Answer { try await program(command) }

    func program(_ command: [String]) async throws -> Answer {
        try await start(program: ["/usr/bin/env"] + command, input: "", environment: [:]).end()
    }

    /// Starts the executable; the caller waits for its end.
    func start(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) throws -> Started {
        try start(program: [Self.executable] + arguments, input: input, environment: environment)
    }

    /// Starts another program; the caller ends it and waits for its end.
    func startProgram(_ command: [String]) throws -> Started {
        try start(program: ["/usr/bin/env"] + command, input: "", environment: [:])
    }

    private func start(
        program: [String], input: String, environment: [String: String]
    ) throws -> Started {
        var variables = ProcessInfo.processInfo.environment
        variables["HOME"] = folder.path
        variables["XDG_DATA_HOME"] = folder.appendingPathComponent("data").path
        for (name, value) in environment { variables[name] = value }
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("converge-out-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        try Data(input.utf8).write(to: scratch.appendingPathComponent("in"))
        return try Started(program, in: folder, variables, scratch)
    }
}

/// A run of the executable that has begun.
final class Started: Sendable {
    private let program: ChildProgram
    private let scratch: URL
    private let codes: AsyncStream<Int32>

    var pid: pid_t { program.pid }

    /// - Parameter scratch: Holds the file `in`, and gets `out` and `err`.
    init(_ command: [String], in folder: URL, _ variables: [String: String], _ scratch: URL) throws {
        let path = { (name: String) in scratch.appendingPathComponent(name).path }
        // It changes the folder and becomes the program.
        program = try ChildProgram(
            ["/usr/bin/env", "-C", folder.path] + command, variables: variables, input: path("in"),
            output: path("out"), errors: path("err"))
        self.scratch = scratch
        let (stream, continuation) = AsyncStream<Int32>.makeStream()
        codes = stream
        Thread.detachNewThread { [program] in
            continuation.yield(program.end())
            continuation.finish()
        }
    }

    func send(_ signal: Int32) { kill(pid, signal) }

    /// Whether a signal was sent and not yet taken; another of its kind would be lost until then.
    func hasPending(_ signal: Int32) -> Bool {
        let status = (try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("ShdPnd:") } ?? ""
        let pending = line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) } ?? 0
        return pending & (1 << UInt64(signal - 1)) != 0
    }

    /// What it has printed so far.
    var output: String { text("out") }

    /// What it has said on standard error so far.
    var errors: String { text("err") }

    private func text(_ name: String) -> String {
        String(decoding: (try? Data(contentsOf: scratch.appendingPathComponent(name))) ?? Data(), as: UTF8.self)
    }

    /// Waits for the end.
    func end() async -> Project.Answer {
        var code: Int32 = 0
        for await ended in codes { code = ended }
        defer { try? FileManager.default.removeItem(at: scratch) }
        return Project.Answer(code: code, output: text("out"), errors: text("err"))
    }
}
