// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// AWS Signature Version 4.
///
/// The keys of a day are kept, since each costs four codes.
final class SignatureV4: Sendable {
    /// What a signature is good for.
    struct Scope: Sendable, Hashable {
        /// The name of the service in signatures.
        var service: String
        var region: String
    }

    /// A request as it is signed, with its parts for those who look for a difference.
    struct Signed: Sendable {
        /// To send besides the request's own.
        var headers: [WireRequest.Pair]
        /// To append to the query; of presigned requests only.
        var query: [WireRequest.Pair]
        var canonicalRequest: String
        var stringToSign: String
        var signature: String
        var authorization: String
    }

    private struct KeyName: Hashable {
        var secret: String
        var date: String
        var scope: Scope
    }

    static let algorithm = "AWS4-HMAC-SHA256"
    private let hashing: any Hashing
    private let keys = Mutex<[KeyName: [UInt8]]>([:])

    init(hashing: any Hashing) { self.hashing = hashing }

    /// Signs by headers.
    ///
    /// - Parameter host: As the request will say it, with a port that is not the scheme's own.
    func sign(
        _ request: WireRequest, host: String, _ credentials: Credentials, _ scope: Scope, at time: Timestamp
    ) -> Signed {
        let stamp = Self.stamp(time)
        let contentHash = WireText.hex(hashing.sha256(request.body))
        var headers = [WireRequest.Pair(name: "X-Amz-Date", value: stamp)]
        if scope.isStorage { headers.append(WireRequest.Pair(name: "x-amz-content-sha256", value: contentHash)) }
        if let token = credentials.sessionToken {
            headers.append(WireRequest.Pair(name: "X-Amz-Security-Token", value: token))
        }
        let canonical = canonicalHeaders(request.headers + headers, host: host)
        let text = canonicalRequest(request, request.query, canonical, contentHash, scope)
        var signed = finish(text, credentials, scope, stamp)
        signed.authorization =
            "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(Self.scopeText(stamp, scope)), "
            + "SignedHeaders=\(Self.names(canonical)), Signature=\(signed.signature)"
        signed.headers = headers + [WireRequest.Pair(name: "Authorization", value: signed.authorization)]
        return signed
    }

    /// Signs by the query, so that the address alone gives access until it expires.
    func presign(
        _ request: WireRequest, host: String, _ credentials: Credentials, _ scope: Scope, at time: Timestamp,
        expiresIn seconds: Int
    ) -> Signed {
        let stamp = Self.stamp(time)
        let canonical = canonicalHeaders(request.headers, host: host)
        var query = [
            WireRequest.Pair(name: "X-Amz-Algorithm", value: Self.algorithm),
            WireRequest.Pair(
                name: "X-Amz-Credential", value: "\(credentials.accessKeyID)/\(Self.scopeText(stamp, scope))"),
            WireRequest.Pair(name: "X-Amz-Date", value: stamp),
            WireRequest.Pair(name: "X-Amz-Expires", value: String(seconds)),
            WireRequest.Pair(name: "X-Amz-SignedHeaders", value: Self.names(canonical))
        ]
        if let token = credentials.sessionToken {
            query.append(WireRequest.Pair(name: "X-Amz-Security-Token", value: token))
        }
        let contentHash = scope.isStorage ? "UNSIGNED-PAYLOAD" : WireText.hex(hashing.sha256(request.body))
        let text = canonicalRequest(request, request.query + query, canonical, contentHash, scope)
        var signed = finish(text, credentials, scope, stamp)
        signed.query = query + [WireRequest.Pair(name: "X-Amz-Signature", value: signed.signature)]
        return signed
    }

    // MARK: Parts

    private func canonicalRequest(
        _ request: WireRequest, _ query: [WireRequest.Pair], _ headers: [WireRequest.Pair], _ contentHash: String,
        _ scope: Scope
    ) -> String {
        let pairs = query.map { (WireText.encoded($0.name), WireText.encoded($0.value)) }
            .sorted { $0.0 == $1.0 ? Self.isBefore($0.1, $1.1) : Self.isBefore($0.0, $1.0) }
        return [
            request.method, scope.isStorage ? request.path : Self.normalized(request.path),
            pairs.map { $0.0 + "=" + $0.1 }.joined(separator: "&"),
            headers.map { "\($0.name):\($0.value)\n" }.joined(), Self.names(headers), contentHash
        ].joined(separator: "\n")
    }

    /// In the order of bytes, not of letters.
    private static func isBefore(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// Names in small letters and in order, values without needless spaces, those of one name in one line.
    private func canonicalHeaders(_ headers: [WireRequest.Pair], host: String) -> [WireRequest.Pair] {
        let unsigned: Set<String> = ["authorization", "user-agent", "x-amzn-trace-id", "expect", "connection"]
        var values: [String: [String]] = ["host": [host]]
        for header in headers {
            let name = header.name.lowercased()
            if unsigned.contains(name) || name == "host" { continue }
            let value = header.value.split(separator: " ").joined(separator: " ")
            values[name, default: []].append(value)
        }
        return values.sorted { Self.isBefore($0.key, $1.key) }
            .map { WireRequest.Pair(name: $0.key, value: $0.value.joined(separator: ",")) }
    }

    private static func names(_ headers: [WireRequest.Pair]) -> String {
        headers.map(\.name).joined(separator: ";")
    }

    /// Without dot segments and double slashes, and encoded once more.
    private static func normalized(_ path: String) -> String {
        var segments: [Substring] = []
        for segment in path.split(separator: "/") {
            switch segment {
            case ".": break
            case "..": _ = segments.popLast()
            default: segments.append(segment)
            }
        }
        let joined = "/" + segments.joined(separator: "/")
        let isFolder = path.last == "/" && !segments.isEmpty
        return WireText.encoded(isFolder ? joined + "/" : joined, slashes: true)
    }

    private func finish(_ canonical: String, _ credentials: Credentials, _ scope: Scope, _ stamp: String) -> Signed {
        let hash = WireText.hex(hashing.sha256(Array(canonical.utf8)))
        let text = "\(Self.algorithm)\n\(stamp)\n\(Self.scopeText(stamp, scope))\n\(hash)"
        let key = key(credentials.secretAccessKey, String(stamp.prefix(8)), scope)
        let signature = WireText.hex(MessageCode(hashing: hashing).code(text, key: key))
        return Signed(
            headers: [], query: [], canonicalRequest: canonical, stringToSign: text, signature: signature,
            authorization: "")
    }

    /// The key of a day, region and service.
    func key(_ secret: String, _ date: String, _ scope: Scope) -> [UInt8] {
        let name = KeyName(secret: secret, date: date, scope: scope)
        if let key = keys.withLock({ $0[name] }) { return key }
        let codes = MessageCode(hashing: hashing)
        let day = codes.code(date, key: Array(("AWS4" + secret).utf8))
        let service = codes.code(scope.service, key: codes.code(scope.region, key: day))
        let key = codes.code("aws4_request", key: service)
        keys.withLock { keys in
            // Keys of other days and of credentials that were replaced are of no use any more.
            if keys.count > 200 { keys.removeAll() }
            keys[name] = key
        }
        return key
    }

    static func scopeText(_ stamp: String, _ scope: Scope) -> String {
        "\(stamp.prefix(8))/\(scope.region)/\(scope.service)/aws4_request"
    }

    /// `20150830T123600Z`.
    static func stamp(_ time: Timestamp) -> String {
        String(time.description.prefix(19)).replacing("-", with: "").replacing(":", with: "") + "Z"
    }
}

extension SignatureV4.Scope {
    /// S3 signs the path as it is sent, and tells the hash of the body.
    fileprivate var isStorage: Bool { service == "s3" }
}
