// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension ProgramEvaluation {
    func findings(
        on resource: Address, at stage: PolicyStage, in state: ResourceState
    ) throws(Diagnostics) -> [PolicyFinding] {
        guard let instance = program.resource(resource) else { return [] }
        let applicable = policies.policies(for: instance.code.contract.name)
        if applicable.isEmpty { return [] }
        var findings: [PolicyFinding] = []
        var problems: [Diagnostic] = []
        for policy in applicable {
            do throws(EvaluationError) {
                var judge = PolicyJudge(policy, instance, stage, session(state))
                findings += try judge.findings()
            } catch {
                problems += error.all
            }
        }
        if !problems.isEmpty { throw Diagnostics(problems) }
        return findings
    }

    /// Judges every resource once, without any output, for what policies look up: whether that can be had in time.
    func tryPolicies(_ report: Report) {
        if policies.all.isEmpty { return }
        let state = ResourceState()
        for instance in root.resources {
            for policy in policies.policies(for: instance.code.contract.name) {
                for stage in [PolicyStage.before, .after] {
                    var judge = PolicyJudge(policy, instance, stage, session(state))
                    do throws(EvaluationError) {
                        _ = try judge.findings()
                    } catch {
                        // What else is wrong is told when the resource is judged.
                        report.add(error.all.filter { $0.code == .lookupLate })
                    }
                }
            }
        }
    }
}

/// Judges one policy on one resource.
private struct PolicyJudge {
    private let policy: PlacedPolicy
    private let instance: ResourceInstance
    private let stage: PolicyStage
    private let session: EvaluationSession
    private let scope: ScopeInstance
    private var found: [PolicyFinding] = []

    init(_ policy: PlacedPolicy, _ instance: ResourceInstance, _ stage: PolicyStage, _ session: EvaluationSession) {
        self.policy = policy
        self.instance = instance
        self.stage = stage
        self.session = session
        var slots = [ScopeInstance.Slot](repeating: .own, count: policy.code.scope.slots.count)
        if !slots.isEmpty { slots[0] = .settled(instance.reference, Reads()) }
        scope = ScopeInstance(policy.code.scope, parent: policy.module.body, module: policy.module, slots: slots)
    }

    mutating func findings() throws(EvaluationError) -> [PolicyFinding] {
        for statement in policy.code.statements { try judge(statement, scope) }
        return found
    }

    private mutating func judge(_ statement: StatementCode, _ scope: ScopeInstance) throws(EvaluationError) {
        switch statement {
        case .resource, .importModule, .step: return
        case .rule(let index): try judge(policy.code.rules[index], scope)
        case .forLoop(let loop):
            let collection = try value(loop.collection, scope)
            if let unknown = collection.firstUnknown, collection.list == nil {
                return leaveOpen(loop.statements, unknown, scope)
            }
            guard case .list(let items) = collection else {
                if collection.isNull { return }
                throw session.failure(
                    .wrongValue, "a loop goes through a list, and this is \(collection.phrase)", at: loop.range,
                    in: scope)
            }
            for (position, item) in items.enumerated() {
                let turn = ScopeInstance(
                    loop.scope, parent: scope, module: scope.module,
                    slots: loop.slots(position, item, Reads(), scope))
                for statement in loop.statements { try judge(statement, turn) }
            }
        case .ifElse(let branches):
            for branch in branches {
                if let condition = branch.condition {
                    let value = try value(condition, scope)
                    if let unknown = value.firstUnknown {
                        return leaveOpen(branches.flatMap(\.statements), unknown, scope)
                    }
                    guard try session.truth(value, branch.range, scope) else { continue }
                }
                let block = ScopeInstance(branch.scope, parent: scope, module: scope.module)
                for statement in branch.statements { try judge(statement, block) }
                return
            }
        case .finally: return
        }
    }

    private mutating func judge(_ rule: RuleCode, _ scope: ScopeInstance) throws(EvaluationError) {
        guard isDue(rule) else { return }
        let value = try value(rule.condition, scope)
        if let unknown = value.firstUnknown {
            add(rule, .undecided(origin: unknown.origin), try reason(rule, scope), scope)
        } else if try session.truth(value, rule.range, scope) != (rule.effect == .ensure) {
            add(rule, .broken, try reason(rule, scope), scope)
        }
    }

    /// The rules behind a condition or loop that is not known yet are all open.
    private mutating func leaveOpen(_ statements: [StatementCode], _ unknown: UnknownValue, _ scope: ScopeInstance) {
        for statement in statements {
            statement.visit { leaf in
                guard case .rule(let index) = leaf else { return }
                let rule = policy.code.rules[index]
                guard isDue(rule) else { return }
                add(rule, .undecided(origin: unknown.origin), "a rule of the policy is not decided yet", scope)
            }
        }
    }

    private func isDue(_ rule: RuleCode) -> Bool { (rule.effect == .ensure) == (stage == .after) }

    private mutating func add(
        _ rule: RuleCode, _ verdict: PolicyFinding.Verdict, _ reason: String, _ scope: ScopeInstance
    ) {
        found.append(
            PolicyFinding(
                policy: policy.name, effect: rule.effect, resource: instance.address, verdict: verdict, reason: reason,
                place: scope.code.source.place(rule.range), exemption: instance.exemption(from: policy.name)))
    }

    private func value(_ code: Code, _ scope: ScopeInstance) throws(EvaluationError) -> Value {
        try session.inFrame { () throws(EvaluationError) in try session.evaluate(code, in: scope) }
    }

    private func reason(_ rule: RuleCode, _ scope: ScopeInstance) throws(EvaluationError) -> String {
        if let whole = try value(rule.reason, scope).string { return whole }
        guard case .text(let text) = rule.reason else { return "…" }
        // What is not known yet, or is secret, is left out.
        return text.parts.map { part in
            if case .text(let piece) = part { piece } else { "…" }
        }.joined()
    }
}
