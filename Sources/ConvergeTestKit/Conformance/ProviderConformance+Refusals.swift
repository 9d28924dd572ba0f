// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What providers refuse, keep quiet about, and give up.
extension ProviderConformance {
    /// Tries to make a thing that cannot be.
    ///
    /// - Returns: What was wrong with the refusal.
    private func refusal(of inputs: ObjectValue, _ what: String) async throws(CallError) -> [String] {
        let provider = try await connected()
        let before = try await count(provider)
        do throws(CallError) {
            let made = try await create(provider, inputs)
            await cleanUp(provider, [made])
            return ["\(what) was accepted"]
        } catch  where error.reason == .invalid {
            if let before, let after = try await count(provider), after != before {
                return ["\(what) was refused, but something was made"]
            }
            return []
        } catch {
            return ["\(what) was refused with \(error.reason), not with 'invalid'"]
        }
    }

    func strangeFieldsAreRefused() async throws(CallError) -> [String] {
        var strange = subject.inputs
        strange["no_such_field"] = "x"
        var findings = try await refusal(of: strange, "a field that the kind does not have")
        if let required = subject.kind.fields.first(where: \.isRequired) {
            var lacking = subject.inputs
            lacking[required.name] = nil
            findings += try await refusal(of: lacking, "a missing '\(required.name)'")
        }
        return findings
    }

    func unknownValuesAreRefused() async throws(CallError) -> [String] {
        guard let field = subject.kind.fields.first(where: { $0.presence != .computed }) else { return [] }
        var inputs = subject.inputs
        inputs[field.name] = .unknown(UnknownValue(origin: "other.id"))
        return try await refusal(of: inputs, "an unknown value of '\(field.name)'")
    }

    func secretsAreNeverEchoed() async throws(CallError) -> [String] {
        let provider = try await connected()
        guard let inputs = subject.withSecret ?? inputsWithSecret() else { return [] }
        var texts: [String] = []
        do throws(CallError) {
            let specimen = try await create(provider, inputs)
            texts.append(Value.object(specimen.outputs).json())
            if case .found(let inputs, let outputs) = try await read(provider, specimen) {
                texts += [Value.object(inputs).json(), Value.object(outputs).json()]
            }
            for item in try await everything(provider) ?? [] {
                texts += [item.id, Value.object(item.inputs).json(), Value.object(item.outputs).json()]
            }
            // An update that fails shows what its errors hold.
            var strange = inputs
            strange["no_such_field"] = .secret(subject.secret)
            do throws(CallError) {
                _ = try await update(provider, specimen, to: strange, token: freshToken())
            } catch {
                texts.append(String(describing: error))
            }
            await cleanUp(provider, [specimen])
        } catch {
            texts.append(String(describing: error))
        }
        return texts.contains { $0.contains(subject.secretText) } ? ["the text of a secret is shown"] : []
    }

    private func inputsWithSecret() -> ObjectValue? {
        guard let field = subject.kind.fields.first(where: { subject.inputs[$0.name]?.string != nil }) else {
            return nil
        }
        var inputs = subject.inputs
        inputs[field.name] = .secret(subject.secret)
        return inputs
    }

    func cancelledCallsEnd() async throws(CallError) -> [String] {
        guard await worksUndisturbed(.create) else { return [] }
        let stall = Stall()
        let provider = try await subject.connect(InterceptedServices(subject.services, stall))
        stall.begin()
        let token = freshToken()
        let identity = freshIdentity()
        // Not a child task: a provider that does not stop must not hold the suite.
        let call = Task { [self] () async -> CallError? in
            do throws(CallError) {
                _ = try await create(provider, subject.inputs, identity: identity, token: token)
                return nil
            } catch {
                return error
            }
        }
        guard await stall.isReached(within: .seconds(5)) else {
            call.cancel()
            stall.end()
            return []
        }
        call.cancel()
        let ended = Gate()
        Task {
            _ = await call.value
            ended.open()
        }
        let isInTime = await ended.isOpen(within: .seconds(5))
        stall.end()
        guard let error = await call.value else {
            return isInTime ? [] : ["a cancelled call went on for more than five seconds"]
        }
        if !isInTime { return ["a cancelled call went on for more than five seconds"] }
        switch error.reason {
        case .cancelled, .lost, .timedOut: return []
        default: return ["a cancelled call ended with \(error.reason), not with 'cancelled'"]
        }
    }

    func timeOutsAreNotFailures() async throws(CallError) -> [String] {
        for effect in [ResourceEffect.create, .update, .delete] where await worksUndisturbed(effect) {
            for number in 1...(try await callCount(effect)) {
                let provider = try await connected()
                guard let intent = try await intent(effect, provider) else { break }
                let late = try await subject.connect(InterceptedServices(subject.services, Lateness(atCall: number)))
                do throws(CallError) {
                    let made = try await carryOut(intent, late)
                    await cleanUp(provider, [made])
                } catch {
                    if case .happened(let outputs) = try await settle(provider, intent), effect != .delete {
                        await cleanUp(
                            provider,
                            [Specimen(identity: intent.specimen.identity, inputs: intent.inputs, outputs: outputs)])
                    }
                    switch error.reason {
                    case .timedOut, .lost, .cancelled: continue
                    default: return ["a \(effect.rawValue) whose service timed out ended with \(error.reason)"]
                    }
                }
            }
        }
        return []
    }
}
