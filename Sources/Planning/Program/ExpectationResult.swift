// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What an `expect` of a test turned out to be.
package struct ExpectationResult: Sendable, Hashable {
    /// True, false, or unknown.
    package var value: Value
    /// Both sides of a comparison.
    package var sides: [Value]
    /// As the test gives it; empty for none.
    package var reason: String
    package var place: SourcePlace

    package init(value: Value, sides: [Value], reason: String, place: SourcePlace) {
        self.value = value
        self.sides = sides
        self.reason = reason
        self.place = place
    }
}
