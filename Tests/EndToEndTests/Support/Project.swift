// SPDX-License-Identifier: Apache-2.0
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

    /// Starts the executable; the caller waits for its end.
    func start(
        _ arguments: [String], input: String = "", environment: [String: String] = [:]
    ) throws -> Started {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.executable)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        var variables = ProcessInfo.processInfo.environment
        variables["HOME"] = folder.path
        variables["XDG_DATA_HOME"] = folder.appendingPathComponent("data").path
        for (name, value) in environment { variables[name] = value }
        process.environment = variables
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("converge-out-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        for name in ["out", "err", "in"] {
            try Data((name == "in" ? input : "").utf8).write(to: scratch.appendingPathComponent(name))
        }
        process.standardInput = try FileHandle(forReadingFrom: scratch.appendingPathComponent("in"))
        process.standardOutput = try FileHandle(forWritingTo: scratch.appendingPathComponent("out"))
        process.standardError = try FileHandle(forWritingTo: scratch.appendingPathComponent("err"))
        return try Started(process, scratch)
    }
}

/// A run of the executable that has begun.
final class Started: @unchecked Sendable {
    // Touched by the test that started it alone; the end arrives through the stream.
    private let process: Process
    private let scratch: URL
    private let ended: AsyncStream<Void>

    init(_ process: Process, _ scratch: URL) throws {
        self.process = process
        self.scratch = scratch
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        ended = stream
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
    }

    var pid: Int32 { process.processIdentifier }

    func send(_ signal: Int32) { kill(pid, signal) }

    func end() async -> Project.Answer {
        for await _ in ended {}
        func text(_ name: String) -> String {
            String(decoding: (try? Data(contentsOf: scratch.appendingPathComponent(name))) ?? Data(), as: UTF8.self)
        }
        defer { try? FileManager.default.removeItem(at: scratch) }
        let isSignal = process.terminationReason == .uncaughtSignal
        return Project.Answer(
            code: isSignal ? -process.terminationStatus : process.terminationStatus, output: text("out"),
            errors: text("err"))
    }
}
