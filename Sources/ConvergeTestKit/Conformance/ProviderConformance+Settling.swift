// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Settling effects whose answers never arrived.
extension ProviderConformance {
    /// A thing in the state before an effect, what the effect shall make of its inputs, and the token.
    struct Intent: Sendable {
        var effect: ResourceEffect
        var specimen: Specimen
        var inputs: ObjectValue
        var token: OperationToken
        /// How many things there were before; nil where they are not listed, or where it does not matter.
        var count: Int?
    }

    /// Prepares for an effect; nil where the kind cannot have it.
    func intent(_ effect: ResourceEffect, _ provider: any Provider) async throws(CallError) -> Intent? {
        switch effect {
        case .create:
            let specimen = Specimen(identity: freshIdentity(), inputs: subject.inputs, outputs: [:])
            return Intent(
                effect: effect, specimen: specimen, inputs: subject.inputs, token: freshToken(),
                count: try await count(provider))
        case .update:
            guard let changed = subject.changed else { return nil }
            return Intent(effect: effect, specimen: try await create(provider), inputs: changed, token: freshToken())
        case .delete:
            return Intent(
                effect: effect, specimen: try await create(provider), inputs: subject.inputs, token: freshToken())
        }
    }

    /// Carries an intent out; the answer is the thing as it was told.
    func carryOut(_ intent: Intent, _ provider: any Provider) async throws(CallError) -> Specimen {
        switch intent.effect {
        case .create:
            return try await create(provider, intent.inputs, identity: intent.specimen.identity, token: intent.token)
        case .update:
            return try await update(provider, intent.specimen, to: intent.inputs, token: intent.token)
        case .delete:
            try await delete(provider, intent.specimen, token: intent.token)
            return intent.specimen
        }
    }

    func settle(_ provider: any Provider, _ intent: Intent) async throws(CallError) -> Settlement {
        try await settle(provider, intent.effect, intent.specimen, inputs: intent.inputs, token: intent.token)
    }

    func settleBefore(_ effect: ResourceEffect) async throws(CallError) -> [String] {
        guard await worksUndisturbed(effect) else { return [] }
        let provider = try await connected()
        guard let intent = try await intent(effect, provider) else { return [] }
        let settlement = try await settle(try await connected(), intent)
        if effect != .create { await cleanUp(provider, [intent.specimen]) }
        switch settlement {
        case .didNotHappen, .cannotTell: return []
        case .happened: return ["settling said that a \(effect.rawValue) happened that never began"]
        }
    }

    func settleAfter(_ effect: ResourceEffect) async throws(CallError) -> [String] {
        guard await worksUndisturbed(effect) else { return [] }
        let provider = try await connected()
        guard let intent = try await intent(effect, provider) else { return [] }
        let told = try await carryOut(intent, provider)
        let settlement = try await settle(try await connected(), intent)
        if effect != .delete { await cleanUp(provider, [told]) }
        switch settlement {
        case .happened(let outputs) where effect != .delete && outputs != told.outputs:
            return ["settling the \(effect.rawValue) gave other outputs than its answer"]
        case .happened: return []
        case .didNotHappen: return ["settling said that a \(effect.rawValue) did not happen that was answered"]
        case .cannotTell(let reason): return ["settling a finished \(effect.rawValue) could not tell: \(reason)"]
        }
    }

    /// Ends the process at each call to a lent service in turn, before and behind what the call does.
    func interrupted(_ effect: ResourceEffect) async throws(CallError) -> [String] {
        guard await worksUndisturbed(effect), try await settleBefore(effect).isEmpty,
            try await settleAfter(effect).isEmpty
        else { return [] }
        let calls = try await callCount(effect)
        for point in [InterruptionPoint.before, .behind] {
            for number in 1...calls {
                let provider = try await connected()
                guard let intent = try await intent(effect, provider) else { return [] }
                do throws(CallError) {
                    let interruption = Interruption(atCall: number, point)
                    let dying = try await subject.connect(InterceptedServices(subject.services, interruption))
                    _ = try await carryOut(intent, dying)
                } catch {
                    // What it threw reached nobody.
                }
                let findings = try await afterwards(intent, "\(point.rawValue) call \(number)")
                if !findings.isEmpty { return findings }
            }
        }
        return []
    }

    /// How many calls to lent services a connection makes for an effect; at least one.
    func callCount(_ effect: ResourceEffect) async throws(CallError) -> Int {
        let provider = try await connected()
        guard let intent = try await intent(effect, provider) else { return 1 }
        let counter = CallCounter()
        let counted = try await subject.connect(InterceptedServices(subject.services, counter))
        let made = try await carryOut(intent, counted)
        if effect != .delete { await cleanUp(provider, [made]) }
        return max(1, counter.count)
    }

    /// What a new process finds, and whether the work can be finished.
    private func afterwards(_ intent: Intent, _ place: String) async throws(CallError) -> [String] {
        let provider = try await connected()
        let settlement = try await settle(provider, intent)
        var thing = intent.specimen
        let didHappen: Bool
        switch settlement {
        case .happened(let outputs):
            didHappen = true
            if intent.effect != .delete { thing.outputs = outputs }
            if intent.effect == .update { thing.inputs = intent.inputs }
        case .didNotHappen: didHappen = false
        case .cannotTell:
            // An honest answer; the platform keeps what nobody can name.
            return []
        }
        let what = "\(intent.effect.rawValue), interrupted \(place)"
        var findings: [String] = []
        switch (intent.effect, didHappen) {
        case (.create, true), (.update, _):
            if case .found(let inputs, _) = try await read(provider, thing) {
                if inputs != thing.inputs { findings.append("\(what): what is there is not what settling says") }
            } else {
                findings.append("\(what): settling says that it \(didHappen ? "happened" : "did not"), but it is gone")
            }
        case (.delete, true):
            if case .found = try await read(provider, thing) { findings.append("\(what): deleted, but still there") }
        case (.delete, false):
            if case .gone = try await read(provider, thing) { findings.append("\(what): not deleted, but gone") }
        case (.create, false):
            if let count = try await count(provider), let before = intent.count, count != before {
                findings.append("\(what): settling says that it did not happen, but something is there")
            }
            thing = try await create(
                provider, intent.inputs, identity: intent.specimen.identity, token: freshToken())
        }
        if !(intent.effect == .delete && didHappen) {
            try await delete(provider, thing, token: freshToken())
            if case .found = try await read(provider, thing) {
                findings.append("\(what): it cannot be deleted any more")
            }
        }
        return findings
    }
}
