// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// A value that several tasks read and replace.
final class Locked<Content: Sendable>: Sendable {
    private let content: Mutex<Content>

    init(_ content: Content) { self.content = Mutex(content) }

    var value: Content {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }

    func withLock<T: Sendable>(_ body: (inout Content) -> T) -> T {
        content.withLock { content in body(&content) }
    }
}
