// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension Timestamp {
    /// The time to the second, for people: `2026-11-30T01:02:03Z`.
    package var shown: String { description.prefix { $0 != "." && $0 != "Z" } + "Z" }
}
