// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Testing

struct DependencyGraphTests {
    @Test func `the order keeps every dependency and as much of the given order as it can`() throws {
        let graph = DependencyGraph([
            (Address("c"), [Address("a")]), (Address("a"), []), (Address("b"), [Address("c"), Address("elsewhere")])
        ])
        #expect(try graph.order().get() == [Address("a"), Address("c"), Address("b")])
        #expect(graph.dependants(of: Address("a")) == [Address("c")])
    }

    @Test func `the shortest circle is found`() {
        let graph = DependencyGraph([
            (Address("a"), [Address("b")]), (Address("b"), [Address("c")]), (Address("c"), [Address("a"), Address("b")])
        ])
        guard case .failure(let cycle) = graph.order() else {
            Issue.record("there is a circle")
            return
        }
        #expect(Set(cycle.nodes) == [Address("b"), Address("c")])
    }

    @Test func `a chain of ten thousand is ordered without a deep stack`() throws {
        let nodes = (0..<10_000).map { number in
            (Address("n\(number)"), number > 0 ? [Address("n\(number - 1)")] : [])
        }
        #expect(try DependencyGraph(nodes.reversed()).order().get().first == Address("n0"))
    }
}
