// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// Steps that others name in `@recover` and `@undo`: they run only where something has failed.
extension ModuleChecker {
    /// The step that a meta field names.
    func standIn(_ value: Expression, _ field: String, _ checker: ExpressionChecker) -> NeedCode? {
        let (base, key) = keyed(value, checker)
        guard case .name(let name) = base else {
            if !value.isInvalid {
                report(
                    .metaMisused, "'@\(field)' takes the name of a step of this workflow", at: value.range,
                    help: ["@\(field): other_step"])
            }
            return nil
        }
        switch checker.scope.find(name.text) {
        case .step(let index)?: return NeedCode(target: .step(index), key: key, range: value.range)
        case .poison?: return nil
        case nil:
            _ = checker.check(base)
            return nil
        default:
            report(.metaMisused, "'\(name.text)' is no step of this workflow", at: value.range)
            return nil
        }
    }

    /// Tells of steps that are named twice, and of meta fields that could have no meaning where they stand.
    func checkStandIns() {
        var owners: [Int: (owner: Int, range: SourceRange)] = [:]
        for (owner, step) in steps.enumerated() {
            for (need, isUndo) in [(step.code?.meta?.recover, false), (step.code?.meta?.undo, true)] {
                guard let need, case .step(let index) = need.target else { continue }
                if let first = owners[index] {
                    session.report.add(
                        Diagnostic(
                            .metaMisused, "'\(name(ofStep: index))' is there for two steps",
                            labels: [
                                DiagnosticLabel(source.place(first.range), "for '\(name(ofStep: first.owner))'"),
                                DiagnosticLabel(source.place(need.range), "for '\(name(ofStep: owner))'")
                            ], help: ["declare a step for each"]))
                    continue
                }
                owners[index] = (owner, need.range)
                checkKeys(owner, index, need)
                if index == owner {
                    if isUndo {
                        report(.metaMisused, "'\(name(ofStep: owner))' would take itself back", at: need.range)
                    }
                } else if isUndo {
                    checkUndo(owner, index, need)
                } else {
                    checkRecovery(owner, index)
                }
            }
        }
        checkReaders(of: owners.mapValues(\.owner))
    }

    private func checkRecovery(_ owner: Int, _ index: Int) {
        if let another = steps[index].code?.meta?.recover {
            report(
                .metaMisused, "'\(name(ofStep: index))' stands in itself, and nothing stands in for it",
                at: another.range, help: ["let it do both, or take this '@recover' out"])
        }
        if let onFailure = steps[index].code?.meta?.onFailure {
            report(
                .metaMisused, "'@on_failure' says nothing at a step that stands in for another",
                at: onFailure.range,
                help: ["what follows is decided by that of '\(name(ofStep: owner))'"])
        }
    }

    private func checkUndo(_ owner: Int, _ index: Int, _ need: NeedCode) {
        if isFinal(owner) {
            report(
                .metaMisused, "'finally' begins when everything is taken back already", at: need.range,
                help: ["take this '@undo' out"])
        }
        if isFinal(index) {
            report(
                .metaMisused, "'\(name(ofStep: index))' stands in 'finally', where it runs whatever happens",
                at: need.range, help: ["put it outside of 'finally'"])
        }
        let meta = steps[index].code?.meta
        for (field, range) in [
            ("recover", meta?.recover?.range), ("undo", meta?.undo?.range), ("on_failure", meta?.onFailure?.range),
            ("cache", meta?.cache?.range), ("concurrency", meta?.concurrency?.range), ("rate", meta?.rate?.range),
            ("priority", meta?.priority?.range)
        ] {
            guard let range else { continue }
            report(
                .metaMisused, "'@\(field)' says nothing at a step that takes another one back", at: range,
                notes: ["such steps run one at a time, the newest first, and are always executed"],
                help: ["take it out"])
        }
    }

    /// Tells of steps that would wait for what comes after all of them.
    private func checkReaders(of owners: [Int: Int]) {
        let undoings = Set(
            steps.compactMap { step -> Int? in
                guard case .step(let index)? = step.code?.meta?.undo?.target else { return nil }
                return index
            })
        for (reader, step) in steps.enumerated() {
            var mentions = Mentions()
            mentions.visit(step.declaration.fields)
            for mention in mentions.names {
                guard case .step(let index)? = step.scope.find(mention.text), index != reader else { continue }
                if undoings.contains(index) {
                    report(
                        .metaMisused,
                        "'\(mention.text)' runs only to take '\(name(ofStep: owners[index] ?? index))' back",
                        at: mention.range, notes: ["no step comes after it"])
                } else if isFinal(index), !isFinal(reader) {
                    report(
                        .metaMisused, "'\(mention.text)' stands in 'finally', which begins once all else has ended",
                        at: mention.range, help: ["move one of the two steps"])
                }
            }
        }
    }

    /// Whether a step stands in `finally`.
    func isFinal(_ index: Int) -> Bool {
        var scope: NameScope? = steps[index].scope
        while let present = scope, present.isBlock {
            if present.isFinal { return true }
            scope = present.parent
        }
        return false
    }

    private func name(ofStep index: Int) -> String { steps[index].declaration.name.text }

    /// One step stands in for one: where the steps have keys, both have.
    private func checkKeys(_ owner: Int, _ index: Int, _ need: NeedCode) {
        let hasKey = steps[index].declaration.key != nil
        if hasKey, need.key == nil {
            report(
                .metaMisused, "'\(name(ofStep: index))' is several steps, and one of them is meant", at: need.range,
                help: ["say which: \(name(ofStep: index))[key]"])
        } else if !hasKey, need.key != nil {
            report(.metaMisused, "'\(name(ofStep: index))' has no keys", at: need.range)
        } else if !hasKey, steps[owner].declaration.key != nil {
            report(
                .metaMisused, "'\(name(ofStep: index))' would stand in for several steps", at: need.range,
                help: ["declare it with a key, in the same loop"])
        }
    }

    /// The outputs of a step that the step which may stand in for it does not give.
    func outputsThatMayLack(_ index: Int) -> Set<String> {
        var lacking: Set<String> = []
        var seen: Set<Int> = []
        guard let wanted = steps[index].contract else { return [] }
        var next = index
        while seen.insert(next).inserted, let other = standInOf(next), let given = steps[other].contract {
            for (schema, type) in zip(wanted.schema.outputs, wanted.outputTypes)
            where given.outputType(schema.name) != type {
                lacking.insert(schema.name)
            }
            next = other
        }
        return lacking
    }

    /// The step that `@recover` names, by the text alone.
    private func standInOf(_ index: Int) -> Int? {
        for entry in steps[index].declaration.fields.entries {
            guard case .meta(let meta) = entry.key, meta.text == "recover" else { continue }
            var base = entry.value
            if case .index(let index) = base { base = index.base }
            guard case .name(let name) = base, case .step(let other)? = steps[index].scope.find(name.text) else {
                return nil
            }
            return other
        }
        return nil
    }
}
