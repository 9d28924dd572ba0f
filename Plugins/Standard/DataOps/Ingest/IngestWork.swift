// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The piece of work that a step does, for its log, its progress and its end before time.
struct IngestWork: Sendable {
    let context: CallContext
    let log: any WorkLog
    /// Bytes of all files as they lie there; packed ones hold more.
    let size: Int64

    private static let passes = 2.0

    /// Shows how far the work is, lets other work run, and stops when that was asked for.
    func breathe(_ doing: String, _ consumed: Int64, pass: Int) async throws(CallError) {
        if Task.isCancelled { throw CallError(.cancelled, "the files are only read in part") }
        let share = size == 0 ? 1 : min(1, Double(consumed) / Double(size))
        log.progress((Double(pass) + share) / Self.passes, "\(doing): \(consumed >> 20) MiB", context)
        await Task.yield()
    }

    func write(_ text: String) { log.write(text, context) }
}
