// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc
import Subprocess
import SystemPackage

/// Runs programs in sessions of their own, redacting what they print.
struct LentProcessRunner: ProcessRunner {
    let vault: SecretVault
    let orphanGuard: OrphanGuard

    /// How long a program that was asked to end may take before it is killed.
    static let grace = Duration.seconds(5)

    private enum Ending {
        case ended(Result<ProcessResult, CallError>)
        case timedOut
    }

    func run(_ request: ProcessRequest) async throws(CallError) -> ProcessResult {
        guard let name = request.command.first, !name.isEmpty else {
            throw CallError(.invalid, "the command names no program")
        }
        guard Paths.exists(request.workingFolder) else {
            throw CallError(
                .notFound, "the folder '\(request.workingFolder)', where '\(name)' should run, is not there")
        }
        let program = RunningProgram(
            request: request, configuration: try await configuration(of: request), redactor: vault.redactor,
            orphanGuard: orphanGuard)
        let (ending, isCut) = await withTaskGroup(of: Ending.self) { group in
            group.addTask { .ended(await program.run()) }
            if let timeout = request.timeout { group.addTask { await Self.expiry(of: timeout) } }
            var ending: Ending?
            var isCut = false
            for await next in group {
                switch next {
                case .ended: ending = next
                case .timedOut: isCut = !Task.isCancelled && ending == nil
                }
                group.cancelAll()
            }
            return (ending, isCut)
        }
        if Task.isCancelled { throw .cancelled }
        if isCut {
            throw CallError(
                .timedOut, "'\(name)' did not end within \(Value.duration(request.timeout ?? .zero).literal)")
        }
        guard case .ended(let result) = ending else { throw .cancelled }
        return try result.get()
    }

    private static func expiry(of timeout: Duration) async -> Ending {
        // Cancelled when the program ends first; then nobody looks at the answer.
        do { try await Task.sleep(for: timeout) } catch {}
        return .timedOut
    }

    /// The program's file, as the command names it or as it is found on the search path of the program's environment.
    private static func program(
        of request: ProcessRequest, searchPath: String??
    ) throws(CallError) -> String {
        let name = request.command[0]
        if name.contains("/") { return name }
        let path = searchPath ?? getenv("PATH").map { String(cString: $0) }
        let search = ProgramSearch(path: path ?? "/usr/bin:/bin", workingFolder: request.workingFolder)
        guard let file = search.file(of: name) else {
            throw CallError(
                .notFound, "there is no program '\(name)'",
                help: ["check its spelling, install it, or name it with its folder; it was looked for on PATH"])
        }
        return file
    }

    /// The command behind a shell that lowers the limit and then becomes the program.
    private static func limited(_ command: [String], to limit: Int64?) -> [String] {
        guard let limit else { return command }
        let kilobytes = String(max(1, limit / 1024))
        return ["/bin/sh", "-c", "ulimit -d \"$1\" && shift && exec \"$@\"", "sh", kilobytes] + command
    }

    private func configuration(of request: ProcessRequest) async throws(CallError) -> Configuration {
        var changes: [Environment.Key: String?] = [:]
        for name in ChildEnvironment.withheld + vault.variables.variables {
            if let key = Environment.Key(rawValue: name) { changes[key] = .some(nil) }
        }
        for (name, value) in ChildEnvironment.added {
            if let key = Environment.Key(rawValue: name) { changes[key] = value }
        }
        for entry in request.environment {
            guard !entry.key.isEmpty, !entry.key.utf8.contains(where: { $0 == 0 || $0 == UInt8(ascii: "=") }),
                let key = Environment.Key(rawValue: entry.key)
            else { throw CallError(.invalid, "'\(entry.key)' cannot be the name of an environment variable") }
            changes[key] = entry.value.isNull ? .some(nil) : try await vault.text(of: entry.value)
        }
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: Self.grace)
        ]
        let command = Self.limited(
            [try Self.program(of: request, searchPath: changes["PATH"])] + request.command.dropFirst(),
            to: request.memoryLimit)
        return Configuration(
            executable: .path(FilePath(command[0])), arguments: Arguments(Array(command.dropFirst())),
            environment: .inherit.updating(changes), workingDirectory: FilePath(request.workingFolder),
            platformOptions: options)
    }
}
