// SPDX-License-Identifier: Apache-2.0
import Execution
import Shell
import Synchronization

/// The runs that go on behind the prompt.
///
/// It owns their tasks: each begins here, and the prompt leaves only once all have ended.
final class BackgroundRuns: Sendable {
    private struct Job: Sendable {
        let background: Background
        let interruption: Interruption
        let task: Task<Void, Never>
    }

    private struct State {
        var jobs: [Int: Job] = [:]
        var nextID = 0
        var show: @Sendable (String, (String) -> Void) -> Void = { text, direct in direct(text) }
    }

    private let state = Mutex(State())

    /// Where rows appear while a line is typed; what it is given besides writes them while none is.
    func showRows(by show: @escaping @Sendable (String, (String) -> Void) -> Void) {
        state.withLock { $0.show = show }
    }

    /// The ids of the runs, in the order in which they were begun.
    var names: [String] {
        let all = state.withLock { state in
            state.jobs.sorted { $0.key < $1.key }.compactMap(\.value.background.run)
        }
        // One that is taken back may still finish what is in flight.
        return all.enumerated().filter { !all[..<$0.offset].contains($0.element) }.map(\.element)
    }

    /// Begins a verb and waits until its run has begun, or the verb has ended without one.
    ///
    /// - Parameters:
    ///   - make: The verb's circumstances, for its way into the background.
    /// - Returns: The verb's exit code where it has ended; nil while it goes on behind the prompt.
    func begin(
        _ words: [String], front: Output, project: Project, _ make: (Background, Output) -> Invocation
    ) async -> Int32? {
        let background = Background()
        let detour = OutputDetour(front: front) { [self] text in
            state.withLock { $0.show }(text) { front.writeOnOwnRow($0) }
        }
        let output = Output(detour)
        let invocation = make(background, output)
        let (beginnings, beginning) = AsyncStream<Int32?>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let door = Locked<CancelDoor?>(nil)
        background.whenExecuting { run in door.value = CancelDoor(run: run, project: project) }
        let does = Background.isTakingBack(words) ? "is taken back" : "goes on"
        background.whenBegun { run in
            front.print(
                "\(run) \(does) in the background: `logs \(run) --follow` shows what it says, `cancel \(run)` stops it."
            )
            detour.begin(run)
            beginning.yield(nil)
        }
        let interruption = invocation.interruption
        state.withLock { state in
            state.nextID += 1
            let id = state.nextID
            // It waits for this lock before it takes itself off the list.
            let task = Task {
                let code = await Self.run(words, in: invocation, door)
                _ = self.state.withLock { $0.jobs.removeValue(forKey: id) }
                beginning.yield(code)
                beginning.finish()
            }
            state.jobs[id] = Job(background: background, interruption: interruption, task: task)
        }
        for await code in beginnings { return code }
        return nil
    }

    private static func run(_ words: [String], in invocation: Invocation, _ door: Locked<CancelDoor?>) async -> Int32 {
        let code = await withTaskGroup(of: Void.self) { group in
            group.addTask { await CancelDoor.attend(door, invocation.interruption) }
            let code = await VerbRunner(output: invocation.output).run(words, in: invocation)
            group.cancelAll()
            return code
        }
        door.value?.close()
        return code
    }

    /// Lets every run finish what is in flight, and waits until that is recorded; a further signal stops it at once.
    func finish(_ output: Output, _ reason: ProcessSignal) async {
        let jobs = state.withLock { $0.jobs.values.map { ($0.interruption, $0.task) } }
        if jobs.isEmpty { return }
        let names = names.joined(separator: ", ")
        let why = reason == .terminate ? "SIGTERM" : "The terminal is gone"
        output.say("\(why): finishing what is in flight of \(names); again stops it.")
        let listening = SignalListening(to: [.interrupt, .terminate, .hangup]) { _ in
            for (interruption, _) in jobs { interruption.request() }
        }
        defer { listening.end() }
        for (interruption, _) in jobs { interruption.request() }
        for (_, task) in jobs { await task.value }
    }

    /// Stops every run at once and waits until that is recorded; Ctrl-C does not wait.
    func end(_ output: Output) async {
        let jobs = state.withLock { $0.jobs.values.map { ($0.interruption, $0.task) } }
        if jobs.isEmpty { return }
        do {
            try await Interruptible.value(output) {
                for (interruption, _) in jobs { interruption.stopNow() }
                for (_, task) in jobs { await task.value }
            }
        } catch {
            // Left as they are: each is resumed as one whose process was killed.
            return
        }
    }
}
