// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What a statement of an environment may be given, such as the settings of a `use` line, and the rules that it keeps.
struct SettingsContract: RuledContract {
    let name: String
    let fields: [FieldRule]
    let fieldIndex: [String: Int]
    let ruleSchemas: [KindRule]
    var lacks: [KindLack] { [] }
    var placement: String? { nil }
    var hasOtherExecutors: Bool { false }
    private let term: String

    /// - Parameter term: Under which `explain` knows it.
    init(
        _ name: String, _ settings: [FieldSchema], _ rules: [KindRule] = [], explainedBy term: String,
        _ library: ContractLibrary
    ) {
        self.name = name
        self.term = term
        fields = settings.map { FieldRule($0, RecipeType($0.type, library)) }
        fieldIndex = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        ruleSchemas = rules
    }

    /// The settings of a plugin's connections.
    init(_ provider: ProviderSchema, of plugin: String, _ library: ContractLibrary) {
        self.init("use \(plugin)", provider.settings, provider.rules, explainedBy: plugin, library)
    }

    /// The settings as the fields of an object.
    var rules: FieldRules {
        FieldRules(kind: name, fields: fields, index: fieldIndex, help: ["explain \(term)"])
    }
}
