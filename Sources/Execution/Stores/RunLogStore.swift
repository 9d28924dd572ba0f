// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Logs and metrics of runs, in a file of their own, so that the ledger stays small. The newest lines may be lost at
/// a power cut.
package protocol RunLogStore: Sendable {
    /// Files lines under a run and an operation; returns at once, lines are written in batches.
    func write(_ lines: [LogLine])

    /// Waits until everything written so far can be read by others.
    func flush() async throws(Diagnostic)

    /// The lines of a run behind a position, in their order.
    func lines(run: String, after position: Int64, limit: Int) async throws(Diagnostic) -> [LogLine]
}

package struct LogLine: Sendable, Hashable {
    /// Rises with each line of the project; 0 before it is stored.
    package var position: Int64
    package var run: String
    /// The address or step.
    package var operation: String
    package var time: Timestamp
    package var text: String

    package init(position: Int64 = 0, run: String, operation: String, time: Timestamp, text: String) {
        self.position = position
        self.run = run
        self.operation = operation
        self.time = time
        self.text = text
    }
}
