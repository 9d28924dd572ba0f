// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginHost
import Testing

@testable import AWS

/// Signatures equal those of botocore, in each step.
struct SignatureTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let content: ObjectValue

        var testDescription: String { content["name"]?.string ?? "" }
        var input: ObjectValue { content["input"]?.object ?? [:] }
        var expected: ObjectValue { content["expected"]?.object ?? [:] }

        var credentials: Credentials {
            let found = content["credentials"]?.object ?? [:]
            return Credentials(
                accessKeyID: found["access_key"]?.string ?? "", secretAccessKey: found["secret_key"]?.string ?? "",
                sessionToken: found["session_token"]?.string, expiration: nil, origin: "the vector")
        }

        static let all: [Vector] =
            ((try? TestData.value("sigv4-vectors.json"))?.object?["vectors"]?.list ?? []).compactMap {
                $0.object.map { Vector(content: $0) }
            }
    }

    private func request(_ vector: Vector) throws -> (WireRequest, host: String) {
        let url = try #require(vector.input["url"]?.string)
        let scheme = try #require(url.firstRange(of: "://"))
        let rest = url[scheme.upperBound...]
        let slash = try #require(rest.firstIndex(of: "/"))
        let parts = rest[slash...].split(separator: "?", maxSplits: 1)
        var request = WireRequest(method: vector.input["method"]?.string ?? "", path: String(parts[0]))
        for item in parts.dropFirst().first?.split(separator: "&") ?? [] {
            let pair = item.split(separator: "=", maxSplits: 1).map { String($0).removingPercentEncoding ?? "" }
            request.query.append(WireRequest.Pair(name: pair[0], value: pair.count > 1 ? pair[1] : ""))
        }
        for header in vector.input["headers"]?.object ?? [:] { request.add(header.key, header.value.string ?? "") }
        request.body = Array((vector.input["body"]?.string ?? "").utf8)
        return (request, String(rest[..<slash]))
    }

    @Test(arguments: Vector.all)
    func `a request is signed as botocore signs it`(vector: Vector) async throws {
        try await Connection.with(["region": "eu-west-1"]) { aws in
            let (request, host) = try request(vector)
            let scope = SignatureV4.Scope(
                service: vector.input["service"]?.string ?? "", region: vector.input["region"]?.string ?? "")
            let signer = SignatureV4(hashing: aws.services.hashing)
            let time = try #require(Timestamp("2015-08-30T12:36:00Z"))
            let signed =
                if let seconds = vector.input["presign_expires_s"]?.int {
                    signer.presign(
                        request, host: host, vector.credentials, scope, at: time, expiresIn: Int(seconds))
                } else { signer.sign(request, host: host, vector.credentials, scope, at: time) }
            #expect(signed.canonicalRequest == vector.expected["canonical_request"]?.string)
            #expect(signed.stringToSign == vector.expected["string_to_sign"]?.string)
            #expect(signed.signature == vector.expected["signature"]?.string)
            if let authorization = vector.expected["authorization"]?.string {
                #expect(signed.authorization == authorization)
            }
        }
    }

    @Test func `all vectors are there`() { #expect(Vector.all.count == 19) }

    @Test func `the key of a day is derived in four steps`() async throws {
        let steps = try #require(try TestData.value("sigv4-vectors.json").object?["key_derivation"]?.object)
        try await Connection.with(["region": "eu-west-1"]) { aws in
            let scope = SignatureV4.Scope(
                service: steps["service"]?.string ?? "", region: steps["region"]?.string ?? "")
            let key = SignatureV4(hashing: aws.services.hashing).key(
                steps["secret_key"]?.string ?? "", steps["date"]?.string ?? "", scope)
            #expect(WireText.hex(key) == steps["kSigning"]?.string)
        }
    }

    @Test func `a code with a key longer than a block is the standard's`() async throws {
        try await Connection.with(["region": "eu-west-1"]) { aws in
            // RFC 4231, test case 6.
            let code = MessageCode(hashing: aws.services.hashing).code(
                "Test Using Larger Than Block-Size Key - Hash Key First", key: [UInt8](repeating: 0xAA, count: 131))
            #expect(
                WireText.hex(code) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
        }
    }
}
