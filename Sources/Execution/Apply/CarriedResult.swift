// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The result of a change that is written together with the intent of the one that waits for nothing else: one synced
/// commit for both.
///
/// A crash in between leaves an intent without a result, as a crash before the result's own commit would.
final class CarriedResult: Sendable {
    private struct Content {
        var entries: [JournalEntry]
        var onWritten: (@Sendable () -> Void)?
    }

    private let content: Mutex<Content>

    /// - Parameter onWritten: Called once the entries are durable.
    init(_ entries: [JournalEntry], onWritten: @escaping @Sendable () -> Void) {
        content = Mutex(Content(entries: entries, onWritten: onWritten))
    }

    /// Nothing to write.
    init() { content = Mutex(Content(entries: [], onWritten: nil)) }

    /// What is still to be written.
    var entries: [JournalEntry] { content.withLock { $0.entries } }

    func noteWritten() {
        let onWritten = content.withLock { content in
            defer { content = Content(entries: [], onWritten: nil) }
            return content.onWritten
        }
        onWritten?()
    }
}
