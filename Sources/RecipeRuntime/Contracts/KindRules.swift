// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// The rules of a kind, and what the own executor of a step kind lacks, as code over one scope with a slot for each
/// field, one for the machine and one for the placement.
struct KindRules: Sendable {
    struct Rule: Sendable {
        let schema: KindRule
        /// Why there is the rule, where it is about what the kind's own executor lacks; nil for a rule of the kind.
        let lack: String?
        /// Nil where the field of this place must be null.
        let condition: Code?
        let place: Int?
        let message: Code
    }

    let scope: ScopeCode
    let rules: [Rule]
    /// The place of the placement field; nil where there is none.
    let placement: Int?
    /// What is wrong with the rules' own texts.
    let diagnostics: [Diagnostic]

    /// What became of a rule.
    enum Verdict {
        case holds
        /// With what is wrong.
        case broken(String)
        /// It depends on what is not known yet.
        case open
    }
}

/// A contract whose kind has rules.
protocol RuledContract: Sendable {
    var name: String { get }
    var fields: [FieldRule] { get }
    var fieldIndex: [String: Int] { get }
    var ruleSchemas: [KindRule] { get }
    var lacks: [KindLack] { get }
    /// The field whose resource carries the work; nil where there is none.
    var placement: String? { get }
    /// Whether somebody else than the kind's own executor may do the work, who is not held to what that one lacks.
    var hasOtherExecutors: Bool { get }
}

extension StepContract: RuledContract {
    var ruleSchemas: [KindRule] { schema.rules }
    var lacks: [KindLack] { schema.lacks }
    var placement: String? { schema.placement }
    var hasOtherExecutors: Bool { executors.contains { $0 != plugin } }
}

extension KindContract: RuledContract {
    /// A capability has none: what it asks of its parameters stands at them.
    var ruleSchemas: [KindRule] {
        if case .native(let schema, _) = form { schema.rules } else { [] }
    }
    var lacks: [KindLack] { [] }
    var placement: String? { nil }
    var hasOtherExecutors: Bool { false }
}

extension ContractLibrary {
    /// The rules as code; they are compiled when a recipe first uses the kind.
    func compiledRules(of contract: some RuledContract) -> KindRules {
        compiled("rules \(contract.name)") {
            let fields = KindScope(
                kind: contract.name, fields: contract.fields, index: contract.fieldIndex,
                names: [Self.machineName, Self.placeName], title: "rules of \(contract.name)", self)
            var rules: [KindRules.Rule] = []
            for schema in contract.ruleSchemas {
                rules.append(
                    KindRules.Rule(
                        schema: schema, lack: nil, condition: fields.code(schema.condition, as: .bool), place: nil,
                        message: fields.code("\"\(schema.message)\"", as: .string)))
            }
            for lack in contract.lacks {
                rules.append(
                    KindRules.Rule(
                        schema: lack.rule, lack: lack.reason,
                        condition: lack.condition.map { fields.code("not (\($0))", as: .bool) },
                        place: contract.fieldIndex[lack.field],
                        message: .constant(.string("\(contract.name) lacks '\(lack.feature)' here"))))
            }
            return KindRules(
                scope: fields.scope(), rules: rules,
                placement: contract.placement.flatMap { contract.fieldIndex[$0] }, diagnostics: fields.diagnostics)
        }
    }

    /// What rules call the machine on which the host runs.
    private static let machineName = "machine"

    /// What rules call the value of the placement field, whose own name may be a word of the language, such as `in`.
    private static let placeName = "place"
}

extension EvaluationSession {
    /// Decides rules over values of the fields, which stand in the order of the contract.
    ///
    /// - Parameter positions: The rules to decide.
    func verdicts(_ rules: KindRules, _ positions: [Int], on values: [Value]) -> [(rule: Int, KindRules.Verdict)] {
        let slots = values + [library.vocabulary.machine, rules.placement.map { values[$0] } ?? .null]
        let scope = ScopeInstance(
            rules.scope, parent: nil, module: nil, slots: slots.map { .settled($0, Reads()) })
        return positions.map { position in
            let rule = rules.rules[position]
            do throws(EvaluationError) {
                guard let holds = try holds(rule, values, in: scope) else { return (position, .open) }
                if holds { return (position, .holds) }
                let message = try inFrame { () throws(EvaluationError) in try evaluate(rule.message, in: scope) }
                return (position, .broken(message.string ?? "`\(rule.schema.condition)` does not hold"))
            } catch {
                // It is about a value of another type, or looks at a secret.
                return (position, .holds)
            }
        }
    }

    /// Nil where that depends on what is not known yet.
    private func holds(
        _ rule: KindRules.Rule, _ values: [Value], in scope: ScopeInstance
    ) throws(EvaluationError) -> Bool? {
        if let condition = rule.condition {
            return try inFrame { () throws(EvaluationError) in try evaluate(condition, in: scope) }.bool
        }
        guard let place = rule.place, values.indices.contains(place), !values[place].isNull else { return true }
        return values[place].isUnknown ? nil : false
    }
}

extension KindRules {
    /// The breach of a rule, at a place.
    func diagnostic(_ rule: Int, _ message: String, at place: SourcePlace, notes: [String] = []) -> Diagnostic {
        let schema = rules[rule].schema
        return Diagnostic(
            DiagnosticCode(schema.code, "", ""), message, at: place,
            notes: (rules[rule].lack.map { [$0] } ?? []) + notes,
            help: schema.help)
    }
}

extension KindLack {
    /// The rule that nothing asks for the feature, whose condition is the lack's.
    fileprivate var rule: KindRule {
        KindRule(code: DiagnosticCode.featureLacking.text, condition: "", field: field, message: "", help: help)
    }
}

extension Code {
    /// What the text alone tells of the value: lists and objects with what is unknown in them, and that a text with
    /// holes is no null.
    var told: Value {
        switch self {
        case .constant(let value): value
        case .text: .template(Template([.hole(.unknown(UnknownValue(origin: "text")))]))
        case .list(let items): .list(items.map(\.told))
        case .convert(let conversion): conversion.code.told
        default: .unknown(UnknownValue(origin: "expression"))
        }
    }
}
