// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension ModuleChecker {
    /// A rule with the block in which it stands.
    struct RuleDraft {
        let rule: PolicyRule
        let scope: NameScope
    }

    /// Checks a policy; nil where its kind is not known, which is reported.
    func checkPolicy(_ node: PolicyDeclaration) -> PolicyCode? {
        guard let contract = kind(node.target, root) else { return nil }
        let scope = NameScope(parent: root, source: source, level: root.level + 1)
        let slot = scope.addSlot("self", .variable, .thing(contract.name), node.target.range)
        scope.bindings["self"] = (.slot(slot), node.target.range)
        let first = items.count
        rules = []
        let plan = collect(node.body.statements, scope, .policy)
        checkItems(arrange(from: first), from: first)
        let codes = rules.map { draft in
            let checker = ExpressionChecker(module: self, scope: draft.scope)
            return RuleCode(
                effect: draft.rule.effect.planned,
                condition: checker.condition(draft.rule.condition, "the condition of `\(draft.rule.effect.rawValue)`"),
                reason: checker.check(.string(draft.rule.reason), as: .string, "the reason"), range: draft.rule.range)
        }
        return PolicyCode(
            name: node.name.text, kind: contract.name, scope: scope.code(), statements: plan.code(), rules: codes,
            range: node.name.range)
    }
}

extension PolicyRule.Effect {
    fileprivate var planned: PolicyEffect {
        switch self {
        case .deny: .deny
        case .warn: .warn
        case .ensure: .ensure
        }
    }
}
