// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// The five ways in which services talk.
enum WireProtocol: String, Sendable {
    case query
    case ec2
    case json
    case restJSON = "rest-json"
    case restXML = "rest-xml"
}

/// A service's API, as far as the plugin uses it.
final class ServiceModel: Sendable {
    /// Our name: the middle part of a kind, such as `iam`.
    let name: String
    /// AWS's name, by which endpoints are configured.
    let id: String
    let wireProtocol: WireProtocol
    /// The name in signatures.
    let signingName: String
    /// The first part of the host.
    let endpointPrefix: String
    let version: String
    /// The first part of `X-Amz-Target`.
    let targetPrefix: String
    /// Of the JSON protocol: `1.0` or `1.1`.
    let jsonVersion: String
    /// True where the service spoke the query protocol before, and tells its former error codes to those who ask.
    let isQueryCompatible: Bool
    let namespace: String?
    /// True where one host serves all regions of a partition.
    let isGlobal: Bool
    /// The hosts of each variant of an endpoint, by region or partition, with `{region}` in those of partitions; empty
    /// where there is none.
    let hosts: [String: [String: String]]
    let operations: [String: Operation]
    private let compounds: [CompoundShape]
    /// AWS's names of the compounds, by place.
    private let compoundNames: [String]

    init(
        name: String, id: String, wireProtocol: WireProtocol, signingName: String, endpointPrefix: String,
        version: String, targetPrefix: String, jsonVersion: String, isQueryCompatible: Bool, namespace: String?,
        isGlobal: Bool, hosts: [String: [String: String]],
        operations: [String: Operation], compounds: [CompoundShape], compoundNames: [String]
    ) {
        self.name = name
        self.id = id
        self.wireProtocol = wireProtocol
        self.signingName = signingName
        self.endpointPrefix = endpointPrefix
        self.version = version
        self.targetPrefix = targetPrefix
        self.jsonVersion = jsonVersion
        self.isQueryCompatible = isQueryCompatible
        self.namespace = namespace
        self.isGlobal = isGlobal
        self.hosts = hosts
        self.operations = operations
        self.compounds = compounds
        self.compoundNames = compoundNames
    }

    /// A compound of this model.
    func compound(_ place: Int) -> CompoundShape {
        compounds.indices.contains(place) ? compounds[place] : .structure(.empty)
    }

    /// AWS's name of a compound.
    func compoundName(_ place: Int) -> String { compoundNames.indices.contains(place) ? compoundNames[place] : "" }

    private static let known = Mutex<[String: ServiceModel]>([:])

    /// The model of a service; it is read once, when it is first asked for.
    static func named(_ name: String) throws(ModelFault) -> ServiceModel {
        if let model = known.withLock({ $0[name] }) { return model }
        guard let bytes = Tables.bytes("Models/" + name) else { throw ModelFault(service: name, reason: nil) }
        let model = try ServiceModel(name: name, json: bytes)
        // Two that read at once have made the same; the first one stays.
        return known.withLock { known in
            if let first = known[name] { return first }
            known[name] = model
            return model
        }
    }

    /// The names of all services that have a model.
    static var names: [String] { Tables.names(in: "Models").map { String($0.dropFirst("Models/".count)) } }
}

/// There is no such service in this plugin, or its table cannot be read.
struct ModelFault: Error, Hashable {
    var service: String
    /// Nil where there is no table of the name.
    var reason: String?
}
