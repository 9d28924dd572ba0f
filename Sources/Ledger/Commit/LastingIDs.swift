// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What a connection has seen committed and what never changes or goes, so that it is not looked up for each commit.
final class LastingIDs: Sendable {
    struct Module: Hashable {
        let environment: String
        let name: String
    }

    struct Known {
        /// The numbers of runs.
        var runs: Set<Int64> = []
        var modules: [Module: Int64] = [:]

        mutating func add(_ other: Known) {
            runs.formUnion(other.runs)
            modules.merge(other.modules) { _, new in new }
        }
    }

    private let known = Mutex(Known())

    func hasRun(_ number: Int64) -> Bool { known.withLock { $0.runs.contains(number) } }

    func id(of module: Module) -> Int64? { known.withLock { $0.modules[module] } }

    /// Takes in what a transaction found or made; only once it is committed.
    func add(_ found: Known) {
        if found.runs.isEmpty, found.modules.isEmpty { return }
        known.withLock { $0.add(found) }
    }
}
