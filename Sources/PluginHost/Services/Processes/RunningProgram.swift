// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// One execution of a program, from its start until no process of its group is left.
struct RunningProgram: Sendable {
    let request: ProcessRequest
    let configuration: Configuration
    let redactor: Redactor
    let orphanGuard: OrphanGuard

    private struct Collected: Sendable {
        var kept: [UInt8]
        var isCut: Bool
    }

    /// Runs the program; at cancellation its whole group is ended.
    func run() async -> Result<ProcessResult, CallError> {
        let group = Mutex<Int32?>(nil)
        let outcome: Result<ProcessResult, CallError>
        do {
            let input = try ProgramInput.holding(request.standardInput)
            let result = try await Subprocess.run(
                configuration, input: .fileDescriptor(input.descriptor, closeAfterSpawningProcess: false),
                output: .sequence, error: .sequence
            ) { execution in
                let process = execution.processIdentifier.value
                group.withLock { $0 = process }
                orphanGuard.watch(process)
                request.onStart?(process)
                async let errors = collect(execution.standardError, .standardError, keeping: 0)
                let output = try await collect(execution.standardOutput, .standardOutput, keeping: request.keptOutput)
                _ = try await errors
                return output
            }
            outcome = .success(processResult(result.terminationStatus, result.closureResult))
        } catch let error as SubprocessError {
            outcome = .failure(callError(error))
        } catch let error as CallError {
            outcome = .failure(error)
        } catch {
            outcome = .failure(.cancelled)
        }
        if let process = group.withLock({ $0 }) {
            await ProcessGroup(id: process).end(grace: LentProcessRunner.grace)
            orphanGuard.forget(process)
        }
        return outcome
    }

    private func collect(
        _ pieces: SubprocessOutputSequence, _ stream: ProcessOutput, keeping limit: Int
    ) async throws -> Collected {
        var collected = Collected(kept: [], isCut: false)
        var lines = LineSplitter(redactor: redactor)
        for try await piece in pieces {
            let bytes = piece.withUnsafeBytes { Array($0) }
            let room = max(0, limit - collected.kept.count)
            collected.kept.append(contentsOf: bytes.prefix(room))
            if bytes.count > room { collected.isCut = true }
            if let onLine = request.onLine { lines.add(bytes) { onLine(stream, $0) } }
        }
        if let onLine = request.onLine { lines.finish { onLine(stream, $0) } }
        return collected
    }

    private func processResult(_ status: TerminationStatus, _ output: Collected) -> ProcessResult {
        let kept = request.masksOutput ? redactor.redact(output.kept) : output.kept
        return switch status {
        case .exited(let code): ProcessResult(exitCode: code, output: kept, isCut: output.isCut)
        case .signaled(let signal):
            ProcessResult(exitCode: nil, signal: signal, output: kept, isCut: output.isCut)
        }
    }

    private func callError(_ error: SubprocessError) -> CallError {
        let name = request.command.first ?? ""
        guard error.code == .executableNotFound || error.underlyingError == .permissionDenied else {
            let reason = error.underlyingError.map { ": \($0.description)" } ?? ""
            return CallError(.failed, "'\(name)' could not be run\(reason)")
        }
        // Found on the search path and gone since, or made unexecutable.
        guard name.contains("/") else { return CallError(.notFound, "there is no program '\(name)'") }
        // The kernel's answer is the same for a file that is not there and for one that may not be executed.
        let inside = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
        let path = name.hasPrefix("/") ? name : request.workingFolder + "/" + inside
        if Paths.exists(path) {
            return CallError(.denied, "'\(name)' may not be executed", help: ["chmod +x \(path)"])
        }
        return CallError(
            .notFound, "there is no program '\(name)'",
            help: ["check the path, which starts at '\(request.workingFolder)'"])
    }
}

/// The processes that one started program left or is.
struct ProcessGroup {
    let id: Int32

    private var isAlive: Bool { kill(-id, 0) == 0 || errno == EPERM }

    /// Asks what is left of the group to end and kills what does not, whether or not the calling task is cancelled.
    func end(grace: Duration) async {
        guard isAlive else { return }
        kill(-id, SIGTERM)
        let ended = await Task { [self] in
            let end = ContinuousClock.now + grace
            while isAlive, ContinuousClock.now < end {
                do { try await Task.sleep(for: .milliseconds(20)) } catch { return }
            }
        }.result
        if case .success = ended, isAlive { kill(-id, SIGKILL) }
    }
}
