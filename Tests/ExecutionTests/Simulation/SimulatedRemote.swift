// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// A platform that is slow, throttles, loses answers, makes things in part, lets one thing only have a name, keeps what
/// others are in, tells late what it has, and keeps count of what it made.
final class SimulatedRemote: Sendable {
    struct Thing: Sendable {
        let id: String
        let madeBy: OperationToken
        var inputs: ObjectValue
        var outputs: ObjectValue
        var lastToken: OperationToken
        var isWhole: Bool
        /// Before the last change.
        var wasWhole = true
        /// True where the remote takes back what was done in part once it is asked.
        var isTakenBack = false
        /// Before the last change.
        var before: (inputs: ObjectValue, outputs: ObjectValue)?
        /// Until then it is not shown to who reads it, and to who lists for longer.
        let shownFrom: Timestamp

        var name: String? { inputs["labels"]?.object?["name"]?.string }
        /// The id of the thing that it is in.
        var host: String? {
            guard let region = inputs["region"]?.string, let place = region.firstRange(of: SimulatedRemote.within)
            else { return nil }
            return String(region[place.upperBound...])
        }
    }

    /// An effect that goes on after its caller has ceased to wait.
    struct Pending: Sendable {
        let due: Timestamp
        let token: OperationToken
        let effect: @Sendable (inout State, Bool) -> Result<ObjectValue, CallError>
    }

    struct State: Sendable {
        var things: [String: Thing] = [:]
        var creations: [OperationToken: Int] = [:]
        var pending: [Pending] = []
        var faults: RemoteFaults
        var count = 0
    }

    /// Stands before the id of the thing that another one is in.
    static let within = " in "

    let clock: VirtualClock
    let trace: SimulationTrace
    /// For so long readers do not see what is new, and lists for as long again.
    let lag: Duration
    private let seed: UInt64
    private let state: Mutex<State>

    init(seed: UInt64, isQuiet: Bool, clock: VirtualClock, trace: SimulationTrace) {
        self.seed = seed
        self.clock = clock
        self.trace = trace
        var generator = SeededGenerator.of(seed, "lag", 0)
        lag = isQuiet ? .zero : .seconds(generator.pick([0, 0, 4, 40]) ?? 0)
        state = Mutex(State(faults: RemoteFaults(seed: seed, isQuiet: isQuiet)))
    }

    var things: [Thing] {
        with { state in state.things.values.sorted { $0.id < $1.id } }
    }

    var creations: [OperationToken: Int] { with { $0.creations } }

    func setQuiet(_ isQuiet: Bool) -> Bool {
        with { state in
            defer { state.faults.isQuiet = isQuiet }
            return state.faults.isQuiet
        }
    }

    /// Looks at, or changes, what is there now: effects whose time has come are done first.
    func with<T: Sendable>(_ body: (inout State) -> T) -> T {
        let now = clock.now()
        return state.withLock { state in
            while let index = state.pending.firstIndex(where: { $0.due <= now }) {
                let pending = state.pending.remove(at: index)
                _ = pending.effect(&state, true)
                trace.note("  late effect of \(pending.token.text.suffix(6))")
            }
            return body(&state)
        }
    }

    /// Does an effect as the seed has it.
    func effect(
        _ call: String, _ token: OperationToken, mayBePartial: Bool, from process: SimulatedProcess,
        _ body: @escaping @Sendable (inout State, Bool) -> Result<ObjectValue, CallError>
    ) throws(CallError) -> ObjectValue {
        clock.advance(by: .seconds(1))
        let now = clock.now()
        let result: Result<ObjectValue, CallError> = with { state in
            guard process.isAlive else { return .failure(process.death) }
            let fault = state.faults.ofEffect(call, mayBePartial: mayBePartial)
            trace.note("  \(call) \(token.text.suffix(6))\(fault.map { " \($0)" } ?? "")")
            switch fault {
            case .throttle?: return .failure(CallError(.throttled(retryAfter: .seconds(1)), "slow down"))
            case .refuse?: return .failure(CallError(.failed, "no"))
            case .loseRequest?: return .failure(CallError(.lost, "the connection broke"))
            case .late?:
                state.pending.append(
                    Pending(due: now.advanced(by: .seconds(20)), token: token, effect: body))
                return .failure(CallError(.timedOut, "no answer in time"))
            case .loseAnswer?:
                return body(&state, true).flatMap { _ in .failure(CallError(.lost, "the connection broke")) }
            case .part?, .partUndone?:
                return body(&state, false).flatMap { outputs in
                    if case .partUndone? = fault, let id = outputs["id"]?.string {
                        state.things[id]?.isTakenBack = true
                    }
                    return .failure(CallError(.failed, "it broke in the middle"))
                }
            case nil: return body(&state, true)
            }
        }
        return try result.get()
    }
}
