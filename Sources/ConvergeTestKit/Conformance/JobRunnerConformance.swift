// SPDX-License-Identifier: Apache-2.0
public import ConvergeSDK

/// What every `JobRunner` that takes the programs of steps must do.
///
/// The programs need a POSIX shell and nothing else. Each check starts runs of its own and waits for their end.
public struct JobRunnerConformance: Sendable {
    private let runner: any JobRunner
    private let services: any HostServices
    /// Makes contexts with tokens that nobody had before.
    private let context: @Sendable () -> CallContext
    /// Between two looks at a run.
    private let wait: Duration
    private let folder: String

    /// - Parameter folder: An empty folder of this machine.
    public init(
        _ runner: any JobRunner, services: any HostServices, folder: String, wait: Duration = .milliseconds(50),
        context: @escaping @Sendable () -> CallContext
    ) {
        self.runner = runner
        self.services = services
        self.folder = folder
        self.wait = wait
        self.context = context
    }

    /// What does not hold; empty where all does.
    public func problems() async throws(CallError) -> [String] {
        try await once() + leavings() + failure() + stop()
    }

    private func once() async throws(CallError) -> [String] {
        var problems: [String] = []
        let mine = context()
        if try await runner.find(mine) != nil { problems.append("a run is found that nobody started") }
        let request = JobRequest(program: try await program("exit 0"), context: mine)
        let run = try await runner.submit(request)
        if try await runner.submit(request) != run { problems.append("a repeat under a token starts another run") }
        if try await runner.find(mine) != run { problems.append("a run is not found by its token") }
        if try await runner.find(context()) != nil { problems.append("a run is found under another token") }
        if try await end(of: run) != .succeeded { problems.append("a program that ends with 0 has not succeeded") }
        try await runner.cancel(run, context: mine)
        if try await end(of: run) != .succeeded { problems.append("to stop what has ended changes how it ended") }
        return problems
    }

    private func leavings() async throws(CallError) -> [String] {
        var problems: [String] = []
        let script = """
            set -e
            echo "first $NAME"
            cat inputs/rows.csv "$CONVERGE_INPUT_ROWS" "$CONVERGE_INPUT_SHELF/deep/note" > "$CONVERGE_MODEL/model.json"
            cat "$CONVERGE_PARAMS" > "$CONVERGE_ARTIFACTS/params"
            echo '{"score": 0.5}' > "$CONVERGE_METRICS"
            echo last
            """
        var program = try await program(script)
        let (rows, shelf) = (folder + "/rows.csv", folder + "/shelf")
        try await write("a,b\n", to: rows)
        try await make(shelf + "/deep")
        try await write("note\n", to: shelf + "/deep/note")
        program.inputs = [
            JobProgram.Input(name: "rows.csv", variable: "CONVERGE_INPUT_ROWS", path: rows, isFolder: false),
            JobProgram.Input(name: "shelf", variable: "CONVERGE_INPUT_SHELF", path: shelf, isFolder: true)
        ]
        program.environment = ["NAME": "it's $HOME"]
        program.parameters = ["depth": 3]
        let run = try await runner.submit(JobRequest(program: program, context: context()))
        let state = try await end(of: run)
        guard state == .succeeded else { return ["a program that reads and writes what it is given: \(state)"] }
        let lines = try await lines(of: run)
        if lines != ["first it's $HOME", "last"] { problems.append("its lines are \(lines)") }
        let left = folder + "/left"
        try await make(left)
        _ = try await runner.results(JobResultsRequest(run: run, folder: left, context: context()))
        for (name, content) in [
            ("model/model.json", "a,b\na,b\nnote\n"), ("metrics.json", "{\"score\": 0.5}\n"),
            ("artifacts/params", Value.object(program.parameters).indentedJSON())
        ] {
            let found = try await read(left + "/" + name)
            if found != content { problems.append("\(name) holds \(found ?? "nothing")") }
        }
        return problems
    }

    private func failure() async throws(CallError) -> [String] {
        let run = try await runner.submit(JobRequest(program: try await program("exit 3"), context: context()))
        guard case .failed = try await end(of: run) else { return ["a program that ends with 3 has not failed"] }
        return []
    }

    private func stop() async throws(CallError) -> [String] {
        let program = try await program("echo begun; sleep 600")
        let run = try await runner.submit(JobRequest(program: program, context: context()))
        while try await lines(of: run).isEmpty, try await runner.state(of: run, context: context()) == .running {
            try await services.clock.sleep(for: wait)
        }
        try await runner.cancel(run, context: context())
        let state = try await end(of: run)
        return state == .cancelled ? [] : ["a run that was stopped: \(state)"]
    }

    // MARK: Parts

    private func program(_ script: String) async throws(CallError) -> JobProgram {
        let name = folder + "/program-\(context().token.text)"
        try await make(name)
        try await write(script + "\n", to: name + "/main.sh")
        return JobProgram(command: ["sh", "main.sh"], folder: name)
    }

    private func end(of run: String) async throws(CallError) -> JobState {
        while true {
            let state = try await runner.state(of: run, context: context())
            if state != .running { return state }
            try await services.clock.sleep(for: wait)
        }
    }

    private func lines(of run: String) async throws(CallError) -> [String] {
        var lines: [String] = []
        var cursor: String?
        while true {
            let page = try await runner.log(JobLogRequest(run: run, cursor: cursor, context: context()))
            if page.lines.isEmpty { return lines }
            lines += page.lines
            cursor = page.cursor
        }
    }

    private func write(_ text: String, to path: String) async throws(CallError) {
        try await services.files.writeAtomically(Array(text.utf8), to: path, mode: 0o600)
    }

    private func make(_ folder: String) async throws(CallError) {
        _ = try await services.processes.run(
            ProcessRequest(command: ["mkdir", "-p", folder], workingFolder: self.folder))
    }

    private func read(_ path: String) async throws(CallError) -> String? {
        let result = try await services.processes.run(ProcessRequest(command: ["cat", path], workingFolder: folder))
        return result.exitCode == 0 ? String(decoding: result.output, as: UTF8.self) : nil
    }
}
