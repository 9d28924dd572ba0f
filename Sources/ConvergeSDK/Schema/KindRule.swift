// SPDX-License-Identifier: Apache-2.0

/// What must hold between the fields of a step or resource, as data: the host decides it at `check` where the fields are
/// known, else before the step begins or the resource is changed, without a plugin's code.
public struct KindRule: Sendable, Hashable, Codable {
    /// The code under which a breach is told, one of the plugin's own.
    public var code: String
    /// An expression of the language over the kind's fields, true where all is well: `mode != "merge" or key != []`.
    /// `machine.cpus` and `machine.memory` are what the machine has on which the host runs, `place` is the value of a step
    /// kind's placement field.
    public var condition: String
    /// The field that is marked where the rule is broken; the declaration itself where the recipe does not give it.
    public var field: String
    /// What is wrong, without a full stop: the inside of a String of the language, which may read fields in `${ }`.
    public var message: String
    /// Next steps, each a command or an edit.
    public var help: [String]

    public init(
        _ code: DiagnosticCode, where condition: String, field: String, message: String, help: [String] = []
    ) {
        self.init(code: code.text, condition: condition, field: field, message: message, help: help)
    }

    /// A rule as a manifest has it.
    public init(code: String, condition: String, field: String, message: String, help: [String]) {
        self.code = code
        self.condition = condition
        self.field = field
        self.message = message
        self.help = help
    }
}
