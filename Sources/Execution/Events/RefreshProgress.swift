// SPDX-License-Identifier: Apache-2.0

/// How far the reading of the platforms is.
package struct RefreshProgress: Sendable {
    package var done = 0
    package let total: Int
    /// What is looked at now and since when, the oldest first.
    package var underWay: [(name: String, since: ContinuousClock.Instant)] = []

    package init(total: Int) { self.total = total }
}
