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
    }

    private struct State {
        var pending: [Look] = []
        var found: [Address: Observation] = [:]
        var problem: Diagnostic?
    }

    /// Looks at every native resource of a snapshot that has no open operation.
    ///
    /// Many of a kind that its provider lists whole are listed, others are read one by one.
    ///
    /// - Parameter onProgress: Told how many of how many are read.
    /// - Throws: The first problem of reading; a thing that is gone is an observation, not a problem.
    package func observations(
        of snapshot: LedgerSnapshot, onProgress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws(Diagnostic) -> [Address: Observation] {
        let records = snapshot.records.values.filter { record in
            record.composite == nil && (record.status == .ready || record.status == .incomplete)
        }
        let (listed, single) = ListedKind.divide(records) {
            surroundings.gateway.schema(of: $0.kind, plugin: $0.provider.plugin)
        }
        let state = Mutex(State(pending: listed.map(Look.list) + single.map(Look.read)))
        await ParallelQueue.run(
            limit: surroundings.parallelism, interruption: surroundings.interruption,
            next: {
                state.withLock { state in
                    defer { state.pending = [] }
                    return state.pending
                }
            },
            work: { look in
                switch look {
                case .read(let record): await observation(of: record)
                case .list(let kind): await observations(of: kind, in: snapshot.environment)
                }
            },
            ended: { look, result in
                let count = state.withLock { state in
                    switch result {
                    case .success(let found):
                        state.found.merge(found) { _, new in new }
                        if case .list(let kind) = look {
                            state.pending += kind.records.filter { found[$0.identity.address] == nil }.map(Look.read)
                        }
                    case .failure(let diagnostic): state.problem = state.problem ?? diagnostic
                    }
                    return state.found.count
                }
                onProgress(count, records.count)
            })
        let (found, problem) = state.withLock { ($0.found, $0.problem) }
        if let problem { throw problem }
        if surroundings.interruption.wish != .none {
            throw Diagnostic(.applyInterrupted, "stopped while reading the platforms; nothing was changed")
        }
        return found
    }

    private func context(_ operation: String) -> CallContext {
        CallContext(token: surroundings.newToken(), run: "refresh", operation: operation)
    }

    private func observations(
        of kind: ListedKind, in environment: String
    ) async -> Result<[Address: Observation], Diagnostic> {
        do throws(CallError) {
            let provider = try await surroundings.gateway.provider(kind.use, environment: environment)
            return .success(
                try await kind.observations(
                    provider, context: { context(kind.schema.name) },
                    isStopped: { surroundings.interruption.wish != .none }))
        } catch {
            return .failure(noted(error, "while listing \(kind.schema.name)"))
        }
    }

    private func observation(of record: ResourceRecord) async -> Result<[Address: Observation], Diagnostic> {
        let address = record.identity.address
        do throws(CallError) {
            let provider = try await surroundings.gateway.provider(
                record.provider, environment: record.identity.environment)
            let request = ReadRequest(
                kind: record.kind, identity: record.identity, inputs: record.inputs, outputs: record.outputs,
                context: context(address.text))
            let seen = try await provider.inspect(request)
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
