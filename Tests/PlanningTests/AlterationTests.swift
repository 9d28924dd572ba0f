// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Testing

/// Fields of which only a part of the changes can be made in place.
struct AlterationTests {
    private func differences(
        _ alteration: FieldAlteration, from before: Value, to after: Value, allowed: [Value] = []
    ) -> [FieldDifference] {
        var field = FieldSchema("field", .any, "a field", presence: .optional(defaultValue: .null), allowed: allowed)
        field.alteration = alteration
        return FieldComparison.differences(from: ["field": before], to: ["field": after], fields: [field])
    }

    private static let rooms: Value = ["feature_name": "rooms", "feature_type": "Integral"]
    private static let changed: Value = ["feature_name": "rooms", "feature_type": "Fractional"]
    private static let home: Value = ["feature_name": "home", "feature_type": "String"]

    @Test(
        arguments: [
            ([rooms], [rooms, home], false), ([rooms], [home, rooms], false), ([rooms, home], [rooms], true),
            ([rooms], [changed], true), ([rooms], [changed, rooms], false), (10, 20, false), (20, 10, true),
            (.null, 10, false), (["a": 1], ["a": 1, "b": 2], false), (["a": 1], ["b": 2], true)
        ] as [(Value, Value, Bool)])
    func `what grows takes more in place, and is made anew for less`(before: Value, after: Value, isReplaced: Bool) {
        let found = differences(.grows, from: before, to: after)
        #expect(found.map(\.replaces).contains(true) == isReplaced)
        #expect(found.map(\.shrinks).contains(true) == isReplaced)
        #expect(!found.isEmpty)
    }

    @Test func `of values in an order a later one takes the place of an earlier one`() {
        let tiers: [Value] = ["Standard", "Advanced"]
        #expect(!differences(.grows, from: "Standard", to: "Advanced", allowed: tiers).map(\.replaces).contains(true))
        #expect(differences(.grows, from: "Advanced", to: "Standard", allowed: tiers).map(\.replaces).contains(true))
    }

    @Test func `of an object some parts are changed in place, and the others make it anew`() {
        let before: Value = ["ttl": 7, "store": ["kind": "Standard"]]
        func isReplaced(_ after: Value) -> Bool {
            differences(.parts(["ttl"]), from: before, to: after).map(\.replaces).contains(true)
        }
        #expect(!isReplaced(["ttl": 30, "store": ["kind": "Standard"]]))
        #expect(isReplaced(["ttl": 7, "store": ["kind": "InMemory"]]))
        #expect(isReplaced(["ttl": 7]))
        #expect(isReplaced(.null))
        #expect(!differences(.parts(["ttl"]), from: .null, to: ["ttl": 7]).map(\.replaces).contains(true))
        #expect(differences(.parts(["ttl"]), from: .null, to: before).map(\.replaces).contains(true))
    }
}
