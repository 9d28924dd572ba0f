// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Testing

struct ConformanceTests {
    private func expect(
        _ check: ProviderCheck, of kind: String, _ inputs: ObjectValue = [:], changed: ObjectValue? = nil,
        replaced: ObjectValue? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await LocalPlatform.with { platform in
            let subject = ProviderSubject(
                kind: try LocalPlatform.schema(kind), inputs: try LocalPlatform.inputs(kind, inputs),
                changed: try changed.map { try LocalPlatform.inputs(kind, inputs.merging($0)) },
                replaced: try replaced.map { try LocalPlatform.inputs(kind, inputs.merging($0)) },
                secret: SecretReference(source: "env", name: "LOCAL_SECRET"), secretText: LocalPlatform.secretText,
                services: platform.services,
                connect: { services throws(CallError) in try await platform.connect(services) })
            await ProviderConformance(subject).expect(check, sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: ProviderCheck.allCases)
    func `notes conform`(check: ProviderCheck) async throws {
        try await expect(check, of: "local.Note", ["text": "a"], changed: ["text": "b"])
    }

    @Test(arguments: ProviderCheck.allCases)
    func `lakes conform`(check: ProviderCheck) async throws {
        try await expect(
            check, of: "local.Lake", changed: ["versioned": true, "retention": .duration(.seconds(86_400 * 30))],
            replaced: ["name": "another"])
    }

    @Test(arguments: ProviderCheck.allCases)
    func `warehouses conform`(check: ProviderCheck) async throws {
        try await expect(
            check, of: "local.Warehouse", changed: ["labels": ["team": "shop"]], replaced: ["name": "another"])
    }

    @Test(arguments: ProviderCheck.allCases)
    func `trackers conform`(check: ProviderCheck) async throws {
        try await expect(
            check, of: "local.Tracker", changed: ["labels": ["team": "shop"]], replaced: ["name": "another"])
    }

    @Test(arguments: ProviderCheck.allCases)
    func `streams conform`(check: ProviderCheck) async throws {
        try await expect(
            check, of: "local.Stream", changed: ["retention": .duration(.seconds(86_400 * 7))],
            replaced: ["name": "another"])
    }

    @Test(arguments: ProviderCheck.allCases)
    func `endpoints conform`(check: ProviderCheck) async throws {
        try await expect(check, of: "local.Endpoint", changed: ["replicas": 2], replaced: ["name": "another"])
    }
}
