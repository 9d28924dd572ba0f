// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Create, read, update, delete when nothing disturbs them.
extension ProviderConformance {
    func createGivesEveryOutput() async throws(CallError) -> [String] {
        let provider = try await connected()
        let specimen = try await create(provider)
        var findings: [String] = []
        for output in subject.kind.outputs {
            guard let value = specimen.outputs[output.name] else {
                findings.append("the output '\(output.name)' is missing")
                continue
            }
            if value.containsUnknown { findings.append("the output '\(output.name)' is unknown after creation") }
            if value.isNull, !output.type.allowsNull { findings.append("the output '\(output.name)' is null") }
        }
        for name in specimen.outputs.keys where subject.kind.output(name) == nil {
            findings.append("the output '\(name)' is not in the schema")
        }
        await cleanUp(provider, [specimen])
        return findings
    }

    func secondPlanIsEmpty() async throws(CallError) -> [String] {
        let provider = try await connected()
        let specimen = try await create(provider)
        // A connection of its own: what is read must come from the platform, not from memory.
        let answer = try await read(try await connected(), specimen)
        await cleanUp(provider, [specimen])
        guard case .found(let inputs, let outputs) = answer else { return ["what was just made is read as gone"] }
        var findings: [String] = []
        for name in Set(specimen.inputs.keys + inputs.keys).sorted() where inputs[name] != specimen.inputs[name] {
            findings.append(
                "'\(name)' is read as \(Self.text(inputs[name])), but was made as \(Self.text(specimen.inputs[name]))")
        }
        for field in subject.kind.outputs where field.change != .operational {
            // An output that creation did not give is the finding of another check.
            guard let recorded = specimen.outputs[field.name], outputs[field.name] != recorded else { continue }
            findings.append(
                "the output '\(field.name)' is read as \(Self.text(outputs[field.name])), "
                    + "but was answered as \(Self.text(recorded))")
        }
        return findings
    }

    static func text(_ value: Value?) -> String { value?.literal ?? "nothing" }

    func updateChangesInPlace() async throws(CallError) -> [String] {
        guard let changed = subject.changed else { return [] }
        let provider = try await connected()
        let specimen = try await create(provider)
        let updated = try await update(provider, specimen, to: changed, token: freshToken())
        let answer = try await read(try await connected(), updated)
        await cleanUp(provider, [specimen])
        var findings: [String] = []
        for field in subject.kind.outputs where field.change == .replaces {
            if specimen.outputs[field.name] != updated.outputs[field.name] {
                findings.append("the update changed the output '\(field.name)', which lives as long as the thing")
            }
        }
        guard case .found(let inputs, _) = answer else { return findings + ["what was updated is read as gone"] }
        for entry in changed
        where subject.inputs[entry.key] != entry.value && inputs[entry.key] == subject.inputs[entry.key] {
            findings.append("'\(entry.key)' is read as it was before the update")
        }
        return findings
    }

    func createOnlyFieldsAreNotUpdated() async throws(CallError) -> [String] {
        guard let replaced = subject.replaced else { return [] }
        let provider = try await connected()
        let specimen = try await create(provider)
        var findings: [String] = []
        do throws(CallError) {
            _ = try await update(provider, specimen, to: replaced, token: freshToken())
            findings.append("an update of a create-only field was not refused")
        } catch  where error.reason == .invalid {
            // As it should be.
        } catch {
            findings.append("an update of a create-only field failed with \(error.reason), not with 'invalid'")
        }
        await cleanUp(provider, [specimen])
        return findings
    }

    func replacementIsAnotherThing() async throws(CallError) -> [String] {
        guard let replaced = subject.replaced else { return [] }
        let provider = try await connected()
        let old = try await create(provider)
        let new = try await create(provider, replaced, identity: old.identity, token: freshToken())
        var findings: [String] = []
        if old.outputs == new.outputs { findings.append("the replacement cannot be told from what it replaces") }
        try await delete(provider, old, token: freshToken())
        if case .gone = try await read(provider, new) { findings.append("deleting the old thing took the new one too") }
        await cleanUp(provider, [old, new])
        return findings
    }

    func deleteRemoves() async throws(CallError) -> [String] {
        let provider = try await connected()
        let specimen = try await create(provider)
        try await delete(provider, specimen, token: freshToken())
        guard case .gone = try await read(try await connected(), specimen) else {
            return ["what was deleted is still read"]
        }
        return []
    }

    func deleteOfWhatIsGoneIsFine() async throws(CallError) -> [String] {
        let provider = try await connected()
        let specimen = try await create(provider)
        try await delete(provider, specimen, token: freshToken())
        do throws(CallError) {
            try await delete(provider, specimen, token: freshToken())
        } catch {
            return ["deleting what is gone failed: \(error.diagnostic.message)"]
        }
        return []
    }

    func updateOfWhatIsGoneIsNotFound() async throws(CallError) -> [String] {
        guard let changed = subject.changed, await worksUndisturbed(.delete) else { return [] }
        let provider = try await connected()
        let specimen = try await create(provider)
        try await delete(provider, specimen, token: freshToken())
        do throws(CallError) {
            let made = try await update(provider, specimen, to: changed, token: freshToken())
            await cleanUp(provider, [made])
            return ["updating what is gone was not refused"]
        } catch {
            return error.reason == .notFound
                ? [] : ["updating what is gone failed with \(error.reason), not 'notFound'"]
        }
    }

    func sameTokenMakesNothingNew() async throws(CallError) -> [String] {
        let provider = try await connected()
        let before = try await count(provider)
        let identity = freshIdentity()
        let token = freshToken()
        let first = try await create(provider, subject.inputs, identity: identity, token: token)
        // Once more from a new process, and twice at the same time.
        let other = try await connected()
        let again = try await create(other, subject.inputs, identity: identity, token: token)
        async let left = outcome(other, identity, token)
        async let right = outcome(provider, identity, token)
        var findings: [String] = []
        for answer in [.success(again), await left, await right] {
            switch answer {
            case .success(let specimen) where specimen.outputs != first.outputs:
                findings.append("the same token gave another thing")
            case .success: continue
            case .failure(let error): findings.append("the same token again failed: \(error.diagnostic.message)")
            }
        }
        if let before, let after = try await count(provider), after != before + 1, findings.isEmpty {
            findings.append("the same token made \(after - before) things")
        }
        await cleanUp(provider, [first, again])
        return findings
    }

    private func outcome(
        _ provider: any Provider, _ identity: ResourceIdentity, _ token: OperationToken
    ) async -> Result<Specimen, CallError> {
        do throws(CallError) {
            return .success(try await create(provider, subject.inputs, identity: identity, token: token))
        } catch {
            return .failure(error)
        }
    }

    func listShowsEachThingOnce() async throws(CallError) -> [String] {
        let provider = try await connected()
        guard subject.kind.isListable else { return [] }
        guard provider is any ListingProvider else { return ["the kind is listable, but the provider does not list"] }
        var specimens: [Specimen] = []
        for _ in 0..<3 { specimens.append(try await create(provider)) }
        let listed = try await everything(provider) ?? []
        var findings: [String] = []
        if Set(listed.map(\.id)).count != listed.count { findings.append("an id is listed more than once") }
        for specimen in specimens {
            let count = listed.filter { shows($0, specimen) }.count
            if count != 1 { findings.append("a thing is listed \(count) times") }
        }
        await cleanUp(provider, specimens)
        return findings
    }

    private func shows(_ item: ListedResource, _ specimen: Specimen) -> Bool {
        subject.kind.outputs.allSatisfy {
            $0.change == .operational || specimen.outputs[$0.name] == nil
                || item.outputs[$0.name] == specimen.outputs[$0.name]
        }
    }

    func wholeListsSayWhatReadsSay() async throws(CallError) -> [String] {
        guard subject.kind.isListedWhole, await worksUndisturbed(.delete),
            try await listShowsEachThingOnce().isEmpty
        else { return [] }
        let provider = try await connected()
        let specimen = try await create(provider)
        var findings: [String] = []
        let item = try await everything(provider)?.first { shows($0, specimen) }
        if let item, case .found(let inputs, let outputs) = try await read(provider, specimen) {
            if item.inputs != inputs { findings.append("a list shows other inputs than a read") }
            if item.outputs != outputs { findings.append("a list shows other outputs than a read") }
        }
        await cleanUp(provider, [specimen])
        return findings
    }
}
