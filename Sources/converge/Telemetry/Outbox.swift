// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Sends documents beside the work, in the order in which they came. Nothing waits for it: what cannot be delivered, or is
/// more than is kept, is let go and counted.
///
/// It owns the one task in which it sends; `flush` waits for that.
final class Outbox: Sendable {
    /// What was let go since it was asked for last.
    struct Loss: Sendable {
        var count: Int
        var reason: String
    }

    private struct Content {
        var waiting: [ObjectValue] = []
        var sending: Task<Void, Never>?
        var loss: Loss?
        var lastSent = ContinuousClock.now

        mutating func lose(_ count: Int, _ reason: String) {
            let before = loss
            loss = Loss(count: (before?.count ?? 0) + count, reason: before?.reason ?? reason)
        }
    }

    private let batch: Int
    private let delay: Duration
    private let deliver: @Sendable ([ObjectValue]) async throws(CallError) -> Void
    private let content = Mutex(Content())

    /// How many documents are kept for a receiver that is slow.
    private static let capacity = 10_000

    /// - Parameters:
    ///   - batch: How many documents are delivered at once.
    ///   - delay: How long a batch waits to be full.
    init(
        batch: Int, delay: Duration, deliver: @escaping @Sendable ([ObjectValue]) async throws(CallError) -> Void
    ) {
        self.batch = batch
        self.delay = delay
        self.deliver = deliver
    }

    func post(_ documents: [ObjectValue]) {
        content.withLock { content in
            let room = max(0, Self.capacity - content.waiting.count)
            content.waiting += documents.prefix(room)
            if documents.count > room { content.lose(documents.count - room, "they came faster than they were taken") }
            guard content.waiting.count >= batch || ContinuousClock.now - content.lastSent >= delay else { return }
            begin(&content)
        }
    }

    /// Sends what waits.
    ///
    /// - Returns: What was let go since the last time; nil for nothing.
    func flush(within limit: Duration) async -> Loss? {
        let task = content.withLock { content in
            if !content.waiting.isEmpty { begin(&content) }
            return content.sending
        }
        if let task {
            await withTaskGroup { group in
                group.addTask { await task.value }
                group.addTask {
                    // Cancelled once everything is sent.
                    do { try await Task.sleep(for: limit) } catch { return }
                    task.cancel()
                }
                await group.next()
                group.cancelAll()
            }
        }
        return content.withLock { content in
            defer { content.loss = nil }
            return content.loss
        }
    }

    private func begin(_ content: inout Content) {
        if content.sending == nil { content.sending = Task { await send() } }
    }

    private func send() async {
        while let documents = take() {
            do throws(CallError) {
                try await deliver(documents)
            } catch {
                // A receiver that does not answer would make everything else wait in vain, too.
                content.withLock { content in
                    content.lose(documents.count + content.waiting.count, error.diagnostic.message)
                    content.waiting = []
                }
            }
        }
    }

    /// The next batch; nil where nothing is left, with which the task ends.
    private func take() -> [ObjectValue]? {
        content.withLock { content in
            content.lastSent = .now
            if content.waiting.isEmpty {
                content.sending = nil
                return nil
            }
            let documents = Array(content.waiting.prefix(batch))
            content.waiting.removeFirst(documents.count)
            return documents
        }
    }
}
