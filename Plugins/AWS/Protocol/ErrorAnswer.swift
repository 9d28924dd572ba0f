// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What a service says of a call that it did not carry out.
struct ErrorAnswer: Sendable, Hashable {
    var status: Int
    /// AWS's name of the error, without namespace; nil where the answer tells none.
    var code: String?
    /// The name in the query protocol, of services that have left it.
    var formerCode: String?
    var message: String
    var requestID: String?
    /// Of S3: the region that the bucket lives in.
    var region: String?
    /// How long the server asks to wait.
    var retryAfter: Duration?
    /// False where the answer is a web page: a server that does not know the call.
    var isFromService = true

    /// - Returns: Nil for an answer that tells no error.
    init?(_ response: HTTPResponse, _ model: ServiceModel) {
        let isGood = (200..<300).contains(response.status)
        // S3 begins some answers before it knows how the call ends.
        if isGood, model.wireProtocol != .restXML || !Self.beginsWithError(response.body) { return nil }
        self.init(response)
    }

    init(_ response: HTTPResponse) {
        status = response.status
        message = ""
        requestID = response.header("x-amzn-requestid") ?? response.header("x-amz-request-id")
        region = response.header("x-amz-bucket-region")
        retryAfter = Backoff.asked(response)
        if let type = response.header("x-amzn-errortype") { code = Self.shortened(type) }
        if let former = response.header("x-amzn-query-error") {
            formerCode = former.split(separator: ";").first.map(String.init)
        }
        switch Self.firstLetter(response.body) {
        case UInt8(ascii: "{"): readJSON(response.body)
        case UInt8(ascii: "<"): readXML(response)
        case nil: break
        default:
            isFromService = code != nil
            message = Self.excerpt(response.body)
        }
    }

    /// True where the error has one of these names.
    func isOne(of codes: some Sequence<String>) -> Bool {
        codes.contains { $0 == code || $0 == formerCode }
    }

    // MARK: Bodies

    private mutating func readJSON(_ body: [UInt8]) {
        guard case .object(let object)? = Self.json(body) else {
            message = Self.excerpt(body)
            return
        }
        let named = ["__type", "code", "Code"].lazy.compactMap {
            object[$0]?.string ?? object[$0]?.int.map(String.init)
        }
        if code == nil { code = named.first.map(Self.shortened) }
        message = ["message", "Message", "errorMessage"].lazy.compactMap { object[$0]?.string }.first ?? ""
    }

    private mutating func readXML(_ response: HTTPResponse) {
        guard let root = XMLNode.root(of: response.body), root.name.lowercased() != "html" else {
            isFromService = code != nil
            message = code == nil ? "" : message
            return
        }
        let error = root.name == "Error" ? root : root.child("Error") ?? root.child("Errors")?.child("Error")
        guard let error else {
            isFromService = code != nil
            return
        }
        code = code ?? error.child("Code").map { Self.shortened($0.text.trimmed) }
        message = (error.child("Message") ?? error.child("message"))?.text.trimmed ?? ""
        requestID =
            requestID
            ?? ["RequestId", "RequestID"].lazy.compactMap { name in
                (root.child(name) ?? error.child(name))?.text.trimmed
            }.first
        region = region ?? error.child("Region")?.text.trimmed
    }

    // MARK: Texts

    /// `aws.protocoltests#FooError:http://…` is `FooError`.
    private static func shortened(_ code: String) -> String {
        let behind = code.split(separator: "#", omittingEmptySubsequences: false).last ?? ""
        return behind.split(separator: ":").first.map { String($0).trimmed } ?? String(behind)
    }

    private static func firstLetter(_ body: [UInt8]) -> UInt8? { body.first { $0 > 0x20 } }

    private static func beginsWithError(_ body: [UInt8]) -> Bool {
        guard firstLetter(body) == UInt8(ascii: "<") else { return false }
        let beginning = String(decoding: body.prefix(300), as: UTF8.self)
        guard let found = beginning.firstRange(of: "<Error>") else { return false }
        let before = beginning[..<found.lowerBound].trimmed
        return before.isEmpty || (before.hasPrefix("<?") && before.hasSuffix("?>"))
    }

    /// Nil for what is no JSON, which is then told as the text that it is.
    private static func json(_ body: [UInt8]) -> Value? {
        do throws(JSONError) { return try Value(foreignJSON: body) } catch { return nil }
    }

    private static func excerpt(_ body: [UInt8]) -> String {
        String(decoding: body.prefix(200), as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
            ?? ""
    }
}

extension Substring {
    fileprivate var trimmed: String { String(self).trimmed }
}
