// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Which declarations need which, to find an order in which each comes after what it needs, and the circles.
struct DeclarationGraph {
    struct Edge {
        let target: Int
        let range: SourceRange
    }

    private(set) var edges: [[Edge]]

    init(count: Int) { edges = [[Edge]](repeating: [], count: count) }

    mutating func add(_ source: Int, needs target: Int, at range: SourceRange) {
        edges[source].append(Edge(target: target, range: range))
    }

    /// Groups of declarations that need one another, each after those that it needs (Tarjan, without recursion).
    func groups() -> [[Int]] {
        var index = [Int](repeating: -1, count: edges.count)
        var low = index
        var isOnStack = [Bool](repeating: false, count: edges.count)
        var stack: [Int] = []
        var groups: [[Int]] = []
        var next = 0
        var work: [(node: Int, edge: Int)] = []
        for start in edges.indices where index[start] < 0 {
            work.append((start, 0))
            while let (node, edge) = work.last {
                if edge == 0, index[node] < 0 {
                    index[node] = next
                    low[node] = next
                    next += 1
                    stack.append(node)
                    isOnStack[node] = true
                }
                if edge < edges[node].count {
                    work[work.count - 1].edge = edge + 1
                    let target = edges[node][edge].target
                    if index[target] < 0 {
                        work.append((target, 0))
                    } else if isOnStack[target] {
                        low[node] = Swift.min(low[node], index[target])
                    }
                    continue
                }
                work.removeLast()
                if let parent = work.last?.node { low[parent] = Swift.min(low[parent], low[node]) }
                guard low[node] == index[node] else { continue }
                var group: [Int] = []
                while let member = stack.popLast() {
                    isOnStack[member] = false
                    group.append(member)
                    if member == node { break }
                }
                groups.append(group)
            }
        }
        return groups
    }

    /// The shortest circle inside a group: the edges along it; empty where there is none.
    func circle(in group: [Int]) -> [(source: Int, edge: Edge)] {
        let members = Set(group)
        var best: [(source: Int, edge: Edge)] = []
        for start in group.sorted().prefix(64) {
            var cameBy: [Int: (source: Int, edge: Edge)] = [:]
            var queue = [start]
            var position = 0
            search: while position < queue.count {
                let node = queue[position]
                position += 1
                for edge in edges[node] where members.contains(edge.target) {
                    if edge.target == start {
                        var path = [(source: node, edge: edge)]
                        while let step = cameBy[path[path.count - 1].source] { path.append(step) }
                        if best.isEmpty || path.count < best.count { best = path.reversed() }
                        break search
                    }
                    if cameBy[edge.target] == nil {
                        cameBy[edge.target] = (node, edge)
                        queue.append(edge.target)
                    }
                }
            }
            if best.count == 1 { break }
        }
        return best
    }
}
