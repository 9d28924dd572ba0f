// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import Testing

/// What differs between what is there and what is asked for.
struct FieldComparisonTests {
    private static let name = {
        var field = FieldSchema(
            "name", .optional(.string), "", presence: .optional(defaultValue: .null), change: .replaces)
        field.isOpen = true
        return field
    }()

    private func differences(_ before: Value, _ after: Value, made: ObjectValue) -> [FieldDifference] {
        FieldComparison.differences(from: ["name": before], to: ["name": after], fields: [Self.name], made: made)
    }

    @Test func `to give a thing the name that it was made with is no change`() {
        #expect(differences(.null, "lake-1a2b", made: ["name": "lake-1a2b"]).isEmpty)
        #expect(differences(.null, "lake", made: ["name": "lake-1a2b"]).map(\.replaces) == [true])
        #expect(differences(.null, "lake", made: [:]).map(\.path) == ["name"])
        #expect(differences("lake", "lake-1a2b", made: ["name": "lake-1a2b"]).map(\.path) == ["name"])
    }

    @Test func `to leave the name out again is no change`() {
        #expect(differences("lake", .null, made: ["name": "lake"]).isEmpty)
    }
}
