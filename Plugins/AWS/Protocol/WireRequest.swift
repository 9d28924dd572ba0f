// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A request before it has a host and a signature.
struct WireRequest: Sendable, Hashable {
    struct Pair: Sendable, Hashable {
        var name: String
        var value: String
    }

    var method = "POST"
    /// Percent-encoded, with a slash in front.
    var path = "/"
    /// Not yet encoded.
    var query: [Pair] = []
    var headers: [Pair] = []
    var body: [UInt8] = []
    /// Stands before the host.
    var hostPrefix = ""

    /// The query in percent-encoding, without `?`.
    var queryText: String {
        query.map { WireText.encoded($0.name) + "=" + WireText.encoded($0.value) }.joined(separator: "&")
    }

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    mutating func add(_ name: String, _ value: String) { headers.append(Pair(name: name, value: value)) }
}
