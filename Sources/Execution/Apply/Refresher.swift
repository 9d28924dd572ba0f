// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning
import Synchronization

/// Reads recorded resources as their platforms have them now.
package struct Refresher: Sendable {
    private let surroundings: ExecutionSurroundings

    package init(surroundings: ExecutionSurroundings) { self.surroundings = surroundings }

    /// Reads every native resource of a snapshot that has no open operation.
    ///
    /// - Parameter onProgress: Told how many of how many are read.
    /// - Throws: The first problem of reading; a thing that is gone is an observation, not a problem.
    package func observations(
        of snapshot: LedgerSnapshot, onProgress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
    ) async throws(Diagnostic) -> [Address: Observation] {
        let records = snapshot.records.values.filter { record in
            record.composite == nil && (record.status == .ready || record.status == .incomplete)
        }
        let found = Mutex<[Address: Observation]>([:])
        let problem = Mutex<Diagnostic?>(nil)
        let pending = Mutex(records)
        await ParallelQueue.run(
            limit: surroundings.parallelism, interruption: surroundings.interruption,
            next: {
                pending.withLock { records in
                    defer { records = [] }
                    return records
                }
            },
            work: { record in await observation(of: record) },
            ended: { record, result in
                switch result {
                case .success(let observation):
                    let count = found.withLock { found in
                        found[record.identity.address] = observation
                        return found.count
                    }
                    onProgress(count, records.count)
                case .failure(let diagnostic):
                    problem.withLock { $0 = $0 ?? diagnostic }
                }
            })
        if let diagnostic = problem.withLock({ $0 }) { throw diagnostic }
        if surroundings.interruption.wish != .none {
            throw Diagnostic(.applyInterrupted, "stopped while reading the platforms; nothing was changed")
        }
        return found.withLock { $0 }
    }

    private func observation(of record: ResourceRecord) async -> Result<Observation, Diagnostic> {
        do throws(CallError) {
            let provider = try await surroundings.gateway.provider(
                record.provider, environment: record.identity.environment)
            let request = ReadRequest(
                kind: record.kind, identity: record.identity, inputs: record.inputs, outputs: record.outputs,
                context: CallContext(
                    token: surroundings.newToken(), run: "refresh", operation: record.identity.address.text))
            switch try await provider.read(request) {
            case .found(let inputs, let outputs): return .success(.found(inputs: inputs, outputs: outputs))
            case .gone: return .success(.gone)
            }
        } catch {
            var diagnostic = error.diagnostic
            diagnostic.notes.insert("while reading \(record.identity.address)", at: 0)
            return .failure(diagnostic)
        }
    }
}
