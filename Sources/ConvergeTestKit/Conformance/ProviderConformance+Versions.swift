// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What a provider owes that tells versions.
extension ProviderConformance {
    /// Of a provider that tells no versions there is nothing to check.
    func otherVersionsAreLeftAlone() async throws(CallError) -> [String] {
        let provider = try await connected()
        let specimen = try await create(provider)
        guard let first = try await version(provider, specimen) else {
            await cleanUp(provider, [specimen])
            return []
        }
        var findings: [String] = []
        var latest = specimen
        if let changed = subject.changed {
            latest = try await update(provider, specimen, to: changed, token: freshToken(), expecting: first)
            let second = try await version(provider, latest)
            if second == first { findings.append("after an update the version is what it was") }
            findings += try await conflict("an update") { () async throws(CallError) in
                _ = try await update(provider, latest, to: subject.inputs, token: freshToken(), expecting: first)
            }
            if try await version(provider, latest) != second { findings.append("a refused update changed the version") }
        }
        let old = latest
        findings += try await conflict("a deletion") { () async throws(CallError) in
            try await delete(provider, old, token: freshToken(), expecting: first + "-other")
        }
        if case .gone = try await read(provider, latest) { findings.append("a thing of another version was deleted") }
        await cleanUp(provider, [latest])
        return findings
    }

    private func conflict(
        _ what: String, _ call: () async throws(CallError) -> Void
    ) async throws(CallError) -> [String] {
        do throws(CallError) {
            try await call()
            return ["\(what) that expects another version was not refused"]
        } catch  where error.reason == .conflict {
            return []
        } catch {
            return ["\(what) that expects another version failed with \(error.reason), not with 'conflict'"]
        }
    }

    private func version(
        _ provider: any Provider, _ specimen: Specimen
    ) async throws(CallError) -> String? {
        try await provider.inspect(readRequest(specimen)).mark.version
    }
}
