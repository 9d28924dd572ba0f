// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The program of a step as a run of a `JobRunner`: followed to its end, found again after a crash, and stopped where the
/// step is.
struct JobRun: Sendable {
    let runner: any JobRunner
    let command: [String]
    let workers: Int
    let request: StepRequest
    /// True of one of several runs of a step, which are known by their tokens alone.
    var isPart = false

    /// Waits between two looks: short at first, for small programs.
    private static let (firstWait, longestWait) = (Duration.seconds(1), Duration.seconds(15))
    private static let keptLines = 15

    /// Runs a program, or goes on with the run that there is.
    ///
    /// - Parameters:
    ///   - folder: Gets `model`, `artifacts` and `metrics.json`.
    ///   - program: Makes the program with all that it sees; asked only where no run was begun yet.
    func run(
        in folder: String, _ program: () async throws(CallError) -> JobProgram
    ) async throws(CallError) -> ProgramRun.Results {
        let run = try await begun(program)
        do throws(CallError) {
            try await follow(run)
        } catch {
            if error.reason == .cancelled || error.reason == .timedOut { await stop(run) }
            throw error
        }
        log.progress(nil, "bringing back what the program left", request.context)
        let results = try await runner.results(
            JobResultsRequest(run: run, folder: folder, context: request.context))
        let artifacts = folder + "/artifacts"
        try FileCopy.makeFolder(artifacts)
        // What the program says counts before what the platform saw of it.
        let own = try ProgramRun.metrics(at: folder + "/metrics.json")
        return ProgramRun.Results(metrics: results.metrics.merging(own), artifactsFolder: artifacts)
    }

    private var log: any WorkLog { request.host.services.log }

    /// The platform's name of the run; begins it where there is none under the step's token.
    private func begun(_ program: () async throws(CallError) -> JobProgram) async throws(CallError) -> String {
        let context = request.context
        if !isPart, let known = request.handle { return found(known) }
        if let known = try await runner.find(context) {
            if !isPart { try await request.host.record(handle: known, context) }
            return found(known)
        }
        let job = JobRequest(
            program: try await program(), workers: workers,
            timeout: context.deadline.map { max(.zero, $0.since(request.host.services.clock.now())) },
            context: context)
        log.progress(nil, "handing the program over", context)
        let run: String
        do throws(CallError) {
            run = try await runner.submit(job)
        } catch  where error.reason == .lost {
            // It may run: whoever began it must not leave it behind.
            guard let known = try await runner.find(context) else { throw error }
            run = known
        }
        if !isPart { try await request.host.record(handle: run, context) }
        log.write("the program runs as \(run)", context)
        return run
    }

    private func found(_ run: String) -> String {
        log.write("the program still is the run \(run), whose lines follow from the first", request.context)
        return run
    }

    private func follow(_ run: String) async throws(CallError) {
        let (services, context) = (request.host.services, request.context)
        let lines = LastLines(most: Self.keptLines)
        var reading = Reading()
        var wait = Self.firstWait
        while true {
            let state = try await runner.state(of: run, context: context)
            // Asked after the state, so that of a run that has ended all lines are there.
            try await read(run, into: lines, &reading)
            switch state {
            case .running: break
            case .succeeded: return
            case .failed(let reason): throw failure("failed as \(run): \(reason)", lines)
            case .cancelled: throw failure("was stopped as \(run), by somebody else", lines)
            }
            log.progress(nil, "running as \(run)", context)
            try await services.clock.sleep(for: wait)
            wait = min(wait * 1.5, Self.longestWait)
        }
    }

    /// How far the lines of the run were read.
    private struct Reading {
        var cursor: String?
        /// True once the platform did not let them be read.
        var isRefused = false
    }

    private func read(
        _ run: String, into lines: LastLines, _ reading: inout Reading
    ) async throws(CallError) {
        while !reading.isRefused {
            let page: JobLogPage
            do throws(CallError) {
                page = try await runner.log(
                    JobLogRequest(run: run, cursor: reading.cursor, context: request.context))
            } catch {
                if error.reason == .cancelled { throw error }
                // The work goes on without its lines being seen.
                if !error.isTransient {
                    log.write("its lines cannot be read: \(error.diagnostic.message)", request.context)
                    reading.isRefused = true
                }
                return
            }
            for line in page.lines {
                log.write(line, request.context)
                lines.add(line)
            }
            reading.cursor = page.cursor
            if page.lines.isEmpty { return }
        }
    }

    private func failure(_ what: String, _ lines: LastLines) -> CallError {
        let last = lines.all
        return CallError(
            .failed,
            Diagnostic(
                .programFailed, "'\(command.joined(separator: " "))' \(what)",
                notes: last.isEmpty ? [] : ["it said last:\n" + last.joined(separator: "\n")],
                help: ["mend the program"])
        ).about("command")
    }

    /// Stops a run that nobody waits for any more.
    private func stop(_ run: String) async {
        // A task of its own, because this one may have been cancelled; it is awaited here.
        let failure = await Task { [runner, context = request.context] () -> CallError? in
            do throws(CallError) {
                try await runner.cancel(run, context: context)
                return nil
            } catch { return error }
        }.value
        log.write(
            failure.map { "\(run) still runs, because it cannot be stopped: \($0.diagnostic.message)" }
                ?? "\(run) was told to stop", request.context)
    }
}
