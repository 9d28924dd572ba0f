// SPDX-License-Identifier: Apache-2.0

/// A part of a step kind's contract that the kind's own executor does not offer, as data: the host refuses at `check`
/// what asks for it. An executor of another plugin is not held to it.
public struct KindLack: Sendable, Hashable, Codable {
    /// What is lacking, a field or a word of one: `workers`, `strategy: blue_green`.
    public var feature: String
    /// An expression of the language over the kind's fields, true where the feature is asked for: `workers > 1`. Nil
    /// where the field asks for it by not being null.
    public var condition: String?
    /// The field that asks for the feature, and is marked.
    public var field: String
    /// Why it is lacking, without a full stop.
    public var reason: String
    /// Next steps, each a command or an edit.
    public var help: [String]

    /// - Parameter field: Nil for the one that the feature is named like.
    public init(
        _ feature: String, when condition: String? = nil, field: String? = nil, _ reason: String, help: [String] = []
    ) {
        self.feature = feature
        self.condition = condition
        self.field = field ?? feature
        self.reason = reason
        self.help = help
    }
}
