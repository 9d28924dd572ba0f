// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning
import Synchronization

/// Reads recorded resources as their platforms have them now.
package struct Refresher: Sendable {
    private let surroundings: ExecutionSurroundings

    package init(surroundings: ExecutionSurroundings) { self.surroundings = surroundings }

    private enum Look: Sendable {
        case read(ResourceRecord)
        case list(ListedKind)

        var lane: Lane {
            switch self {
            case .read(let record): Lane(record.provider, kind: record.kind)
            case .list(let kind): Lane(kind.use, kind: kind.schema.name)
            }
        }

        /// What is looked at, as people know it.
        var name: String {
            switch self {
            case .read(let record): record.identity.address.text
            case .list(let kind): "all \(kind.schema.name)"
            }
        }
    }

    private struct State {
        var pending: [Look] = []
        var found: [Address: Observation] = [:]
        var problem: Diagnostic?
        var progress: RefreshProgress
    }

    /// Looks at every native resource of a snapshot that has no open operation.
    ///
    /// Many of a kind that its provider lists whole are listed, others are read one by one.
    ///
    /// A platform that asks to slow down is asked more slowly; an answer that was lost is asked for again.
    ///
    /// - Parameter onProgress: Told how far it is, each time that a look begins or ends.
    /// - Throws: The first problem of reading; a thing that is gone is an observation, not a problem.
    package func observations(
        of snapshot: LedgerSnapshot, onProgress: @escaping @Sendable (RefreshProgress) -> Void = { _ in }
    ) async throws(Diagnostic) -> [Address: Observation] {
        let records = snapshot.records.values.filter { record in
            record.composite == nil && (record.status == .ready || record.status == .incomplete)
        }
        let (listed, single) = ListedKind.divide(records) {
            surroundings.gateway.schema(of: $0.kind, plugin: $0.provider.plugin)
        }
        let state = Mutex(
            State(
                pending: listed.map(Look.list) + single.map(Look.read),
                progress: RefreshProgress(total: records.count)))
        await ParallelQueue.run(
            limit: surroundings.parallelism, pace: surroundings.pace, interruption: surroundings.interruption,
            lane: { (look: Look) in look.lane },
            next: {
                state.withLock { state in
                    defer { state.pending = [] }
                    return state.pending
                }
            },
            work: { look -> Result<[Address: Observation], Diagnostic> in
                let (isOver, begun) = state.withLock { state in
                    state.progress.underWay.append((look.name, .now))
                    return (state.problem != nil, state.progress)
                }
                // There will be no plan.
                if isOver { return .success([:]) }
                onProgress(begun)
                // A platform that does not answer keeps nobody: to look changes nothing.
                return await surroundings.interruption.cancellable(at: .finish) {
                    switch look {
                    case .read(let record): await observation(of: record)
                    case .list(let kind): await observations(of: kind, in: snapshot.environment)
                    }
                }
            },
            ended: { look, result in
                let progress = state.withLock { state in
                    state.progress.underWay.removeAll { $0.name == look.name }
                    switch result {
                    case .success(let found):
                        state.found.merge(found) { _, new in new }
                        if case .list(let kind) = look {
                            state.pending += kind.records.filter { found[$0.identity.address] == nil }.map(Look.read)
                        }
                    case .failure(let diagnostic): state.problem = state.problem ?? diagnostic
                    }
                    state.progress.done = state.found.count
                    return state.progress
                }
                onProgress(progress)
            })
        let (found, problem) = state.withLock { ($0.found, $0.problem) }
        if surroundings.interruption.wish != .none {
            throw Diagnostic(.applyInterrupted, "stopped while reading the platforms; nothing was changed")
        }
        if let problem { throw problem }
        return found
    }

    private func paced(_ lane: Lane) -> PacedCall {
        PacedCall(lane: lane, purpose: .look, surroundings: surroundings)
    }

    private func context(_ operation: String) -> CallContext {
        CallContext(token: surroundings.newToken(), run: "refresh", operation: operation)
    }

    private func observations(
        of kind: ListedKind, in environment: String
    ) async -> Result<[Address: Observation], Diagnostic> {
        let paced = paced(Lane(kind.use, kind: kind.schema.name))
        do throws(CallError) {
            let provider = try await paced { () async throws(CallError) in
                try await surroundings.gateway.provider(kind.use, environment: environment)
            }
            return .success(
                try await kind.observations(
                    provider, paced: paced, context: { context(kind.schema.name) },
                    isStopped: { surroundings.interruption.wish != .none }))
        } catch {
            return .failure(noted(error, "while listing \(kind.schema.name)"))
        }
    }

    private func observation(of record: ResourceRecord) async -> Result<[Address: Observation], Diagnostic> {
        let address = record.identity.address
        do throws(CallError) {
            let request = ReadRequest(
                kind: record.kind, identity: record.identity, inputs: record.inputs, outputs: record.outputs,
                context: context(address.text))
            let paced = paced(Lane(record.provider, kind: record.kind))
            let seen = try await paced { () async throws(CallError) in
                let provider = try await surroundings.gateway.provider(
                    record.provider, environment: record.identity.environment)
                return try await provider.inspect(request)
            }
            switch seen.state {
            case .found(let inputs, let outputs):
                return .success([address: .found(inputs: inputs, outputs: outputs, mark: seen.mark)])
            case .gone: return .success([address: .gone])
            }
        } catch {
            return .failure(noted(error, "while reading \(address)"))
        }
    }

    private func noted(_ error: CallError, _ note: String) -> Diagnostic {
        var diagnostic = error.diagnostic
        diagnostic.notes.insert(note, at: 0)
        return diagnostic
    }
}
