// SPDX-License-Identifier: Apache-2.0
import Planning

/// A step as it was told last. It is looked up far more often than it changes, and a reference is copied in no time.
final class KnownStep: Sendable {
    let node: StepNode

    init(_ node: StepNode) { self.node = node }
}
