// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Execution
import GRDB
package import Planning

extension ProjectLedger {
    /// How many versions are looked at, and how many effects of each: what was done lately tells most.
    private static let recent = (versions: 10, effects: 1000)

    /// How long effects on things have taken in an environment lately.
    package func effectDurations(environment: String) async throws(Diagnostic) -> EffectDurations {
        let versions = try await versions(environment: environment, module: nil, limit: Self.recent.versions)
        let numbers = versions.compactMap { RunName($0.id)?.number }.filter { $0 < 1 << 31 }
        return try await read { db in
            var durations = EffectDurations()
            let statement = try db.cachedStatement(
                sql: """
                    SELECT kind, effect, max(0, ended - started) FROM operation
                    WHERE id >= ? AND id < ? AND status = 'succeeded' AND kind IS NOT NULL LIMIT ?
                    """)
            for number in numbers {
                let rows = try Row.fetchCursor(
                    statement, arguments: [number << 32, (number + 1) << 32, Self.recent.effects])
                while let row = try rows.next() {
                    // A clock that was set back tells nothing.
                    guard let effect = ResourceEffect(rawValue: row.text(1)), row.number(2) >= 0 else { continue }
                    durations.add(.nanoseconds(row.number(2)), kind: row.text(0), effect: effect)
                }
            }
            return durations
        } ?? EffectDurations()
    }
}
