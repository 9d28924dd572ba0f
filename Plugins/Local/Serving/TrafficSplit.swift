// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Says which copy of which version gets the next request, and counts.
///
/// The shares hold exactly over any hundred requests: each version gains its weight at every turn, and the one that
/// is furthest ahead is taken and falls back by the sum (smooth weighted round robin).
final class TrafficSplit: Sendable {
    struct Lane: Sendable {
        var version: String
        var weight: Double
        var copies: [ModelProcess]
        var requests: Int64 = 0
        var errors: Int64 = 0
        var latencies = LatencyHistogram()
        fileprivate var credit: Double = 0

        init(version: String, weight: Double, copies: [ModelProcess]) {
            self.version = version
            self.weight = weight
            self.copies = copies
        }
    }

    enum Turn: Sendable {
        case taken(version: String, copy: ModelProcess, port: Int)
        /// Versions have weight, but no copy of the one whose turn it is can be asked now.
        case noneReady(version: String)
        case nothingServed
    }

    private let lanes = Mutex<[Lane]>([])

    var all: [Lane] { lanes.withLock { $0 } }

    /// Puts other lanes in place of the present ones, at once. Versions that stay keep their counts.
    func set(_ new: [Lane]) {
        lanes.withLock { lanes in
            lanes = new.map { lane in
                guard let old = lanes.first(where: { $0.version == lane.version }) else { return lane }
                var lane = lane
                lane.requests = old.requests
                lane.errors = old.errors
                lane.latencies = old.latencies
                return lane
            }
        }
    }

    /// The next one's turn. The copy counts the request in before anybody can retire it.
    func next() -> Turn {
        lanes.withLock { lanes in
            let sum = lanes.reduce(0) { $0 + $1.weight }
            guard sum > 0 else { return .nothingServed }
            for index in lanes.indices { lanes[index].credit += lanes[index].weight }
            guard let best = lanes.indices.max(by: { lanes[$0].credit < lanes[$1].credit }) else {
                return .nothingServed
            }
            let ready = lanes[best].copies.filter(\.isHealthy).sorted { $0.inFlight < $1.inFlight }
            for copy in ready {
                guard let port = copy.admit() else { continue }
                lanes[best].credit -= sum
                return .taken(version: lanes[best].version, copy: copy, port: port)
            }
            for index in lanes.indices { lanes[index].credit -= lanes[index].weight }
            return .noneReady(version: lanes[best].version)
        }
    }

    /// Counts a request that was answered or given up after a time.
    func count(_ version: String, isError: Bool, after latency: Duration) {
        lanes.withLock { lanes in
            guard let index = lanes.firstIndex(where: { $0.version == version }) else { return }
            lanes[index].requests += 1
            if isError { lanes[index].errors += 1 }
            lanes[index].latencies.add(latency)
        }
    }
}
