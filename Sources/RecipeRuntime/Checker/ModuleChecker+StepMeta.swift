// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

extension ModuleChecker {
    /// The meta fields of a step while they are read.
    struct StepMetaDraft {
        var fields = StepMetaCode()
        var seen: Set<String> = []

        var code: StepMetaCode? { seen.isEmpty ? nil : fields }
    }

    func checkMeta(
        _ name: Name, _ value: Expression, _ checker: ExpressionChecker, _ meta: inout StepMetaDraft
    ) {
        guard checkMetaName(name, &meta.seen, MetaFields.ofSteps, "a step") else { return }
        switch name.text {
        case "on": meta.fields.on = alias(value)
        case "needs": meta.fields.needs = needs(value, checker)
        case "when": meta.fields.when = (checker.condition(value, "'@when'"), value.range)
        case "retry": meta.fields.retry = limited("retry", checkRetry(value, checker), value)
        case "timeout":
            meta.fields.timeout = limited("timeout", checker.check(value, as: .duration, "'@timeout'"), value)
        case "on_failure":
            meta.fields.onFailure = (
                checker.check(value, as: .string, allowed: ["stop", "continue"], "'@on_failure'"), value.range
            )
        case "cache":
            meta.fields.cache = limited(
                "cache", checker.check(value, as: .either([.bool, .duration]), "'@cache'"), value)
        case "recover": meta.fields.recover = standIn(value, "recover", checker)
        case "rate": meta.fields.rate = limited("rate", checkRate(value, checker), value)
        case "priority": meta.fields.priority = (checker.check(value, as: .int, "'@priority'"), value.range)
        case "undo": meta.fields.undo = standIn(value, "undo", checker)
        case "concurrency":
            meta.fields.concurrency = limited("concurrency", checkConcurrency(value, checker), value)
        default: break
        }
    }

    /// A meta field whose content has bounds, with what breaks them reported.
    private func limited(_ field: String, _ code: Code, _ value: Expression) -> StepMetaCode.Given {
        checkLimits(field, code, at: value.range)
        return (code, value.range)
    }

    // MARK: @concurrency

    private func checkConcurrency(_ value: Expression, _ checker: ExpressionChecker) -> Code {
        guard case .object(let object) = value else {
            return .object([
                ObjectEntryCode(key: .name("group"), value: checker.check(value, as: .string, "'@concurrency'")),
                ObjectEntryCode(key: .name("limit"), value: .constant(1))
            ])
        }
        let codes = checkFields(GivenFields(object), Self.concurrencyRules, checker) { name, _ in
            report(.metaUnknown, "'@\(name.text)' stands inside '@concurrency'", at: name.range)
        }
        return .object(
            zip(Self.concurrencyRules.fields, codes).map { rule, field in
                ObjectEntryCode(key: .name(rule.name), value: field?.code ?? .constant(rule.defaultValue))
            })
    }

    /// Tells of limits of one group that contradict one another, as far as the texts alone tell them.
    func checkConcurrencyLimits() {
        var limits = GroupLimits("concurrency")
        for step in steps {
            guard let concurrency = step.code?.meta?.concurrency, case .object(let entries) = concurrency.code,
                let group = entries.first?.value.told.string, let limit = entries.last?.value.told.int
            else { continue }
            if let problem = limits.add(group, "\(limit)", at: source.place(concurrency.range)) {
                session.report.add(problem)
            }
        }
    }

    private static let concurrencyRules = rules(
        "@concurrency",
        [
            FieldRule(FieldSchema("group", .string, "the name that the steps of a group share"), .string),
            FieldRule(
                .optional("limit", .int, default: 1, "how many of them are under way at once, from 1 on"), .int)
        ])

    // MARK: @rate

    private func checkRate(_ value: Expression, _ checker: ExpressionChecker) -> Code {
        guard case .object(let object) = value else {
            if !value.isInvalid {
                report(
                    .metaMisused, "'@rate' takes group, limit and per", at: value.range,
                    help: ["@rate: { group: \"api\", limit: 100, per: 1m }"])
            }
            return .invalid
        }
        let codes = checkFields(GivenFields(object), Self.rateRules, checker) { name, _ in
            report(.metaUnknown, "'@\(name.text)' stands inside '@rate'", at: name.range)
        }
        return .object(
            zip(Self.rateRules.fields, codes).map { rule, field in
                ObjectEntryCode(key: .name(rule.name), value: field?.code ?? .constant(rule.defaultValue))
            })
    }

    private static let rateRules = rules(
        "@rate",
        [
            FieldRule(FieldSchema("group", .string, "the name that the steps of a group share"), .string),
            FieldRule(FieldSchema("limit", .int, "how many of them begin in that time, from 1 on"), .int),
            FieldRule(
                .optional("per", .duration, default: .duration(.seconds(1)), "the span of time"), .duration)
        ])

    // MARK: @retry

    private func checkRetry(_ value: Expression, _ checker: ExpressionChecker) -> Code {
        guard case .object(let object) = value else {
            if !value.isInvalid {
                report(
                    .metaMisused, "'@retry' takes attempts, backoff and on", at: value.range,
                    help: ["@retry: { attempts: 3, backoff: 10s, on: \"transient\" }"])
            }
            return .invalid
        }
        var codes = checkFields(GivenFields(object), Self.retryRules, checker) { name, _ in
            report(.metaUnknown, "'@\(name.text)' stands inside '@retry'", at: name.range)
        }
        let defaults: [Value] = [3, .duration(.seconds(1)), ["transient"]]
        for (offset, value) in defaults.enumerated() where codes[offset] == nil {
            codes[offset] = FieldCode(code: .constant(value), range: object.range, keyRange: object.range)
        }
        let entries = zip(Self.retryRules.fields, codes).compactMap { rule, field in
            field.map { ObjectEntryCode(key: .name(rule.name), value: $0.code) }
        }
        return .object(entries)
    }

    private static let retryRules = rules(
        "@retry",
        [
            FieldRule(
                .optional("attempts", .int, default: 3, "how often the step is tried in all, from 1 on"), .int),
            FieldRule(
                .optional("backoff", .duration, default: .duration(.seconds(1)), "the wait before the second attempt"),
                .duration),
            FieldRule(
                .optional("on", .either([.string, .list(.string)]), default: ["transient"], "transient, any, or codes"),
                .either([.string, .list(.string)]))
        ])

    private static func rules(_ name: String, _ fields: [FieldRule]) -> FieldRules {
        FieldRules(
            kind: name, fields: fields,
            index: Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) }), help: [])
    }
}
