// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A call that a service offers.
struct Operation: Sendable {
    /// AWS's name, such as `CreateRole`.
    var name: String
    var method: String
    /// The path with labels, and behind `?` the fixed query.
    var uri: String
    var input: StructureShape
    var output: StructureShape
    /// The element that wraps the result in answers of the query protocol.
    var resultWrapper: String?
    /// The root element of the request body where the input itself is the body (rest-xml).
    var bodyElement: String?
    var bodyNamespace: XMLNamespace?
    /// The member that makes a repeat harmless.
    var tokenMember: String?
    /// True where the service wants a checksum of the body.
    var needsChecksum: Bool
    /// Stands before the host; may hold labels.
    var hostPrefix: String?
    var paging: Paging?
    /// True where the call is sent without a signature.
    var isAnonymous: Bool

    /// True where the call changes nothing, as its name and method tell.
    var isReading: Bool {
        if method == "GET" || method == "HEAD" { return true }
        let readers = ["Get", "List", "Describe", "Head", "Lookup", "Search", "BatchGet", "Query", "Scan", "Select"]
        return readers.contains { beginning in
            guard name.hasPrefix(beginning) else { return false }
            let rest = name[name.index(name.startIndex, offsetBy: beginning.count)...]
            return rest.isEmpty || rest.first.map { $0.isUppercase } == true
        }
    }
}

/// How an operation gives its answer in pages; paths are in our names.
struct Paging: Sendable {
    /// Where the next call takes what `out` told.
    var input: [String]
    /// Where the answer tells how to go on; each may hold alternatives behind `||`.
    var output: [String]
    /// Where the items are.
    var items: [String]
    /// Where the answer says whether there is more; nil where the token alone does.
    var more: String?
    /// Where the caller says how many a page may hold.
    var limit: String?
}
