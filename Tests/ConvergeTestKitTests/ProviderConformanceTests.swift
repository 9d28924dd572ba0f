// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Testing

struct ProviderConformanceTests {
    private func conformance(_ fault: ProviderFault?) -> ProviderConformance {
        let services = FakeServices(http: FakeCloud(secrets: ["BUCKET_PASSWORD": "correct horse battery"]))
        let secret = SecretReference(source: "env", name: "BUCKET_PASSWORD")
        return ProviderConformance(
            ProviderSubject(
                kind: FakeCloudProvider.schema, inputs: ["size": 1, "class": "cold", "password": nil],
                changed: ["size": 2, "class": "cold", "password": nil],
                replaced: ["size": 1, "class": "hot", "password": nil],
                withSecret: ["size": 1, "class": "cold", "password": .secret(secret)], secret: secret,
                secretText: "correct horse battery", services: services,
                connect: { services in FakeCloudProvider(services: services, fault: fault) }))
    }

    @Test(arguments: ProviderCheck.allCases)
    func `a provider without fault passes every check`(check: ProviderCheck) async {
        await conformance(nil).expect(check)
    }

    @Test(arguments: ProviderFault.allCases)
    func `each fault is caught by the check for it and by no other`(fault: ProviderFault) async {
        for check in ProviderCheck.allCases {
            let findings = await conformance(fault).findings(of: check)
            if check == fault.caughtBy {
                #expect(!findings.isEmpty, "\(check) does not catch \(fault)")
            } else {
                #expect(findings.isEmpty, "\(check) complains of \(fault): \(findings)")
            }
        }
    }

    @Test func `every check is needed by a fault`() {
        #expect(Set(ProviderFault.allCases.map(\.caughtBy)) == Set(ProviderCheck.allCases))
    }
}
