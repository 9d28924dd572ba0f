// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import AWS

/// What a table's values become where what they read is not there. Nothing is not the value null.
struct ScopeTests {
    private let scope = Scope(["name": "a", "empty": .null])

    private func isLeftOut(_ value: Value) -> Bool {
        if case .some = scope.expand(value) { return false }
        return true
    }

    @Test func `what reads nothing is left out`() {
        #expect(isLeftOut("$other") && isLeftOut("$empty") && isLeftOut("x-${other}"))
        #expect(isLeftOut(["$other"]) && isLeftOut(["a": ["b": "$other"]]))
        #expect(!isLeftOut("$name") && !isLeftOut(["$name"]) && !isLeftOut([]))
    }

    @Test func `a path that ends at null leads nowhere`() {
        let picked = ValuePath("a.b").pick(from: ["a": ["b": .null]])
        #expect(picked.map { _ in true } == nil)
    }
}
