// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Which things must be done before which.
///
/// Nodes that a dependency names but that are not in the graph are ignored: they need no work.
package struct DependencyGraph: Sendable {
    package let nodes: [Address]
    private let position: [Address: Int]
    private let before: [[Int]]
    private let after: [[Int]]

    /// - Parameter dependencies: For each node what must be done first. The order of nodes is kept where
    ///   dependencies allow it.
    package init(_ dependencies: [(node: Address, dependencies: [Address])]) {
        nodes = dependencies.map(\.node)
        var position: [Address: Int] = [:]
        position.reserveCapacity(nodes.count)
        for (offset, node) in nodes.enumerated() { position[node] = offset }
        var before = [[Int]](repeating: [], count: nodes.count)
        var after = before
        for (offset, entry) in dependencies.enumerated() {
            for dependency in entry.dependencies {
                guard let other = position[dependency], other != offset else { continue }
                before[offset].append(other)
                after[other].append(offset)
            }
        }
        self.position = position
        self.before = before
        self.after = after
    }

    /// What must be done right before the node.
    package func dependencies(of node: Address) -> [Address] {
        position[node].map { before[$0].map { nodes[$0] } } ?? []
    }

    /// What waits for the node.
    package func dependants(of node: Address) -> [Address] {
        position[node].map { after[$0].map { nodes[$0] } } ?? []
    }

    /// The nodes in an order in which they can be done, or the shortest cycle that was met first.
    package func order() -> Result<[Address], DependencyCycle> {
        var open = before.map(\.count)
        var ready = nodes.indices.filter { open[$0] == 0 }
        var order: [Address] = []
        order.reserveCapacity(nodes.count)
        var next = 0
        while next < ready.count {
            let offset = ready[next]
            next += 1
            order.append(nodes[offset])
            for waiting in after[offset] {
                open[waiting] -= 1
                if open[waiting] == 0 { ready.append(waiting) }
            }
        }
        if order.count == nodes.count { return .success(order) }
        return .failure(DependencyCycle(nodes: shortestCycle(among: nodes.indices.filter { open[$0] > 0 })))
    }

    private func shortestCycle(among candidates: [Int]) -> [Address] {
        var best: [Int] = []
        let allowed = Set(candidates)
        for start in candidates.prefix(64) {
            var previous: [Int: Int] = [:]
            var queue = [start]
            var next = 0
            search: while next < queue.count {
                let offset = queue[next]
                next += 1
                for other in before[offset] where allowed.contains(other) {
                    if other == start {
                        var path = [offset]
                        while let earlier = previous[path[path.count - 1]] { path.append(earlier) }
                        if best.isEmpty || path.count < best.count { best = path.reversed() }
                        break search
                    }
                    if previous[other] == nil, other != start {
                        previous[other] = offset
                        queue.append(other)
                    }
                }
            }
        }
        return best.map { nodes[$0] }
    }
}

/// Nodes of which each waits for the next and the last for the first.
package struct DependencyCycle: Error, Sendable, Hashable {
    package let nodes: [Address]
}
