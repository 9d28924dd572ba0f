// SPDX-License-Identifier: Apache-2.0
public import ConvergeSDK
import Synchronization

/// A platform of jobs whose machines are processes of this one: its programs run for real, each in a folder of its own.
///
/// Runs go on when nobody looks any more, and end with the process that made this.
public final class ProcessJobs: JobRunner {
    private struct Job {
        var state = JobState.running
        var lines: [String] = []
        var work: Task<Void, Never>?
    }

    private let services: any HostServices
    private let folder: String
    private let jobs = Mutex<[String: Job]>([:])
    private let asked = Mutex<[JobRequest]>([])

    /// - Parameter folder: Gets a folder for each run; it is there.
    public init(services: any HostServices, folder: String) {
        self.services = services
        self.folder = folder
    }

    /// The requests that started a run.
    public var requests: [JobRequest] { asked.withLock { $0 } }

    public func submit(_ request: JobRequest) async throws(CallError) -> String {
        let name = "job-" + request.context.token.text
        if jobs.withLock({ $0[name] }) != nil { return name }
        guard let program = request.program else {
            throw CallError(.unsupported(feature: "arguments"), "these jobs run programs")
        }
        let (home, secrets) = (folder + "/" + name, program.secrets)
        let script = try program.script(
            at: JobPlaces(
                archive: home + "/program.tar.gz", inputs: home + "/inputs", parameters: home + "/params.json",
                model: home + "/left/model", artifacts: home + "/left/artifacts", metrics: home + "/left/metrics.json"))
        try await run(["mkdir", "-p", home + "/inputs", home + "/left"])
        try await services.files.writeAtomically(Array(script.utf8), to: home + "/run.sh", mode: 0o600)
        let parameters = Value.object(program.parameters).indentedJSON()
        try await services.files.writeAtomically(Array(parameters.utf8), to: home + "/params.json", mode: 0o600)
        try await run(["tar", "-czf", home + "/program.tar.gz", "-C", program.folder, "."])
        for input in program.inputs {
            try await run(
                input.isFolder
                    ? ["tar", "-cf", "\(home)/inputs/\(input.name).tar", "-C", input.path, "."]
                    : ["cp", input.path, "\(home)/inputs/\(input.name)"])
        }
        asked.withLock { $0.append(request) }
        let isNew = jobs.withLock { jobs in
            if jobs[name] != nil { return false }
            jobs[name] = Job()
            return true
        }
        if isNew {
            // Owned by the job, which `cancel` ends.
            let work = Task { await self.work(name, home, secrets, request.timeout) }
            jobs.withLock { $0[name]?.work = work }
        }
        return name
    }

    public func find(_ context: CallContext) async throws(CallError) -> String? {
        let name = "job-" + context.token.text
        return jobs.withLock { $0[name] == nil ? nil : name }
    }

    public func state(of run: String, context: CallContext) async throws(CallError) -> JobState { try job(run).state }

    public func cancel(_ run: String, context: CallContext) async throws(CallError) { try job(run).work?.cancel() }

    public func log(_ request: JobLogRequest) async throws(CallError) -> JobLogPage {
        let lines = try job(request.run).lines
        let read = request.cursor.flatMap { Int($0) } ?? 0
        return JobLogPage(lines: Array(lines.dropFirst(read)), cursor: String(lines.count))
    }

    public func results(_ request: JobResultsRequest) async throws(CallError) -> JobResults {
        let left = folder + "/" + request.run + "/left"
        try await run(["cp", "-R", left + "/.", request.folder])
        return JobResults(metrics: ["measured_by_the_platform": .float(1)], model: left + "/model")
    }

    private func job(_ run: String) throws(CallError) -> Job {
        guard let job = jobs.withLock({ $0[run] }) else { throw CallError(.notFound, "there is no job '\(run)'") }
        return job
    }

    private func work(_ name: String, _ home: String, _ secrets: ObjectValue, _ timeout: Duration?) async {
        let state: JobState
        do throws(CallError) {
            let result = try await services.processes.run(
                ProcessRequest(
                    command: ["sh", home + "/run.sh"], environment: secrets, workingFolder: home, timeout: timeout,
                    onLine: { _, line in self.jobs.withLock { $0[name]?.lines.append(line) } }))
            state = result.exitCode == 0 ? .succeeded : .failed(reason: "exit code \(result.exitCode ?? -1)")
        } catch {
            state = error.reason == .cancelled ? .cancelled : .failed(reason: error.diagnostic.message)
        }
        jobs.withLock { $0[name]?.state = state }
    }

    private func run(_ command: [String]) async throws(CallError) {
        let result = try await services.processes.run(ProcessRequest(command: command, workingFolder: folder))
        guard result.exitCode == 0 else { throw CallError(.failed, "\(command.joined(separator: " ")) failed") }
    }
}
