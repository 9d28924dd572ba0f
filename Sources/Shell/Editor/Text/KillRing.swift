// SPDX-License-Identifier: Apache-2.0

/// Removed texts, the latest last, from which a yank takes.
struct KillRing {
    private var texts: [String] = []
    private var offset = 0
    private static let capacity = 32

    /// Keeps a removed text; kills in a row join to one, on the side on which they were made.
    mutating func keep(_ text: String, joining: Bool, before: Bool) {
        guard !text.isEmpty else { return }
        offset = 0
        if joining, let last = texts.popLast() {
            texts.append(before ? text + last : last + text)
        } else {
            texts.append(text)
            if texts.count > Self.capacity { texts.removeFirst() }
        }
    }

    /// The text that a yank inserts: the latest, or the one that rotation reached.
    var current: String? {
        texts.isEmpty ? nil : texts[texts.count - 1 - offset % texts.count]
    }

    /// Goes one text further into the past, and from the oldest to the latest.
    mutating func rotate() { offset += 1 }
}
