// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// Keeps what commands print and which problems they tell.
final class OutputSink: Sendable {
    private struct Content {
        var text = ""
        var problems: [Diagnostic] = []
    }

    private let content = Mutex(Content())

    /// - Parameter text: Redacted already.
    func take(_ text: String) { content.withLock { $0.text += text } }

    func take(_ problems: [Diagnostic]) { content.withLock { $0.problems += problems } }

    /// What came since it was last asked.
    func drain() -> (text: String, problems: [Diagnostic]) {
        content.withLock { content in
            defer { content = Content() }
            return (content.text, content.problems)
        }
    }
}
