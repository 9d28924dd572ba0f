// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension ServiceModel {
    /// Reads the reduced model of a service.
    convenience init(name: String, json: [UInt8]) throws(ModelFault) {
        let root: ObjectValue
        do throws(JSONError) {
            guard let object = try Value(foreignJSON: json).object else {
                throw JSONError(offset: 0, reason: "a model is an object")
            }
            root = object
        } catch {
            throw ModelFault(service: name, reason: "\(error.reason) at byte \(error.offset)")
        }
        var reader = ModelReader(service: name, shapes: root["shapes"]?.object ?? [:])
        try self.init(name: name, root, &reader)
    }

    private convenience init(name: String, _ root: ObjectValue, _ reader: inout ModelReader) throws(ModelFault) {
        guard let wireProtocol = root["protocol"]?.string.flatMap(WireProtocol.init(rawValue:)) else {
            throw ModelFault(service: name, reason: "'protocol' is missing or unknown")
        }
        var operations: [String: Operation] = [:]
        for entry in root["operations"]?.object ?? [:] {
            operations[entry.key] = try reader.operation(entry.key, entry.value.object ?? [:])
        }
        let prefix = root["prefix"]?.string ?? name
        self.init(
            name: name, id: root["id"]?.string ?? name, wireProtocol: wireProtocol,
            signingName: root["signing"]?.string ?? prefix, endpointPrefix: prefix,
            version: root["version"]?.string ?? "", targetPrefix: root["target"]?.string ?? "",
            jsonVersion: root["json"]?.string ?? "1.1",
            isQueryCompatible: root["queryCompatible"]?.bool ?? false, namespace: root["namespace"]?.string,
            isGlobal: root["global"]?.bool ?? false, hosts: Self.hosts(root["hosts"]), operations: operations,
            compounds: reader.compounds,
            compoundNames: reader.names)
    }

    private static func hosts(_ value: Value?) -> [String: [String: String]] {
        Dictionary(
            (value?.object ?? [:]).map { variant in
                let hosts = (variant.value.object ?? [:]).map { ($0.key, $0.value.string ?? "") }
                return (variant.key, Dictionary(hosts, uniquingKeysWith: { first, _ in first }))
            }, uniquingKeysWith: { first, _ in first })
    }
}

/// Turns named shapes into places of a list, each once.
private struct ModelReader {
    let service: String
    let shapes: ObjectValue
    private(set) var compounds: [CompoundShape] = []
    private(set) var names: [String] = []
    private var places: [String: Int] = [:]

    init(service: String, shapes: ObjectValue) {
        self.service = service
        self.shapes = shapes
    }

    mutating func operation(_ name: String, _ object: ObjectValue) throws(ModelFault) -> Operation {
        Operation(
            name: name, method: object["method"]?.string ?? "POST", uri: object["uri"]?.string ?? "/",
            input: try structure(object["in"]), output: try structure(object["out"]),
            resultWrapper: object["result"]?.string, bodyElement: object["body"]?.string,
            bodyNamespace: object["bodyNamespace"]?.string.map { XMLNamespace(prefix: nil, uri: $0) },
            tokenMember: object["token"]?.string,
            needsChecksum: object["checksum"]?.bool ?? false, hostPrefix: object["host"]?.string,
            paging: object["pages"]?.object.map(Self.paging), isAnonymous: object["unsigned"]?.bool ?? false)
    }

    private mutating func structure(_ name: Value?) throws(ModelFault) -> StructureShape {
        guard let name = name?.string else { return .empty }
        guard case .compound(let place) = try type(name), case .structure(let shape) = compounds[place] else {
            throw ModelFault(service: service, reason: "'\(name)' is no structure")
        }
        return shape
    }

    private mutating func type(_ name: String) throws(ModelFault) -> ShapeType {
        switch name {
        case "string", "character": return .string
        case "integer", "long", "short", "byte", "bigInteger": return .integer
        case "float", "double", "bigDecimal": return .float
        case "boolean": return .boolean
        case "blob": return .blob
        case "timestamp": return .timestamp(nil)
        case "document": return .document
        case "jsonvalue": return .jsonText
        default: break
        }
        if name.hasPrefix("timestamp:") {
            return .timestamp(TimestampFormat(rawValue: String(name.dropFirst("timestamp:".count))))
        }
        if let place = places[name] { return .compound(place) }
        guard let object = shapes[name]?.object else {
            throw ModelFault(service: service, reason: "there is no shape '\(name)'")
        }
        let place = compounds.count
        places[name] = place
        // A shape may hold itself: its place is known before its content.
        compounds.append(.structure(.empty))
        names.append(name)
        compounds[place] = try compound(name, object)
        return .compound(place)
    }

    private mutating func compound(_ name: String, _ object: ObjectValue) throws(ModelFault) -> CompoundShape {
        switch object["type"]?.string {
        case "structure":
            var members: [Member] = []
            for entry in object["members"]?.object ?? [:] {
                members.append(try member(entry.key, entry.value.object ?? [:]))
            }
            return .structure(
                StructureShape(
                    members: members, required: object["required"]?.list?.compactMap(\.string) ?? [],
                    payload: object["payload"]?.string, namespace: Self.namespace(object)))
        case "list":
            return .list(
                ListShape(
                    of: try type(object["of"]?.string ?? "string"), item: object["item"]?.string,
                    isFlat: object["flat"]?.bool ?? false))
        case "map":
            return .map(
                MapShape(
                    value: try type(object["value"]?.string ?? "string"),
                    keyName: object["keyName"]?.string ?? "key", valueName: object["valueName"]?.string ?? "value",
                    isFlat: object["flat"]?.bool ?? false))
        default: throw ModelFault(service: service, reason: "the shape '\(name)' is of no known type")
        }
    }

    private mutating func member(_ name: String, _ object: ObjectValue) throws(ModelFault) -> Member {
        let wire = object["as"]?.string ?? name
        let answer = object["out"]?.string ?? wire
        return Member(
            name: name, type: try type(object["shape"]?.string ?? "string"), wire: wire,
            answer: answer, element: answer.split(separator: ":").last.map(String.init) ?? answer,
            place: object["at"]?.string.flatMap(Member.Place.init(rawValue:)) ?? .body,
            isFlat: object["flat"]?.bool ?? false, isAttribute: object["attribute"]?.bool ?? false,
            isSensitive: object["sensitive"]?.bool ?? false, isStream: object["stream"]?.bool ?? false,
            namespace: Self.namespace(object))
    }

    private static func namespace(_ object: ObjectValue) -> XMLNamespace? {
        object["namespace"]?.string.map { XMLNamespace(prefix: object["namespacePrefix"]?.string, uri: $0) }
    }

    private static func paging(_ object: ObjectValue) -> Paging {
        let texts = { (value: Value?) -> [String] in
            value?.string.map { [$0] } ?? value?.list?.compactMap(\.string) ?? []
        }
        return Paging(
            input: texts(object["in"]), output: texts(object["out"]), items: texts(object["items"]),
            more: object["more"]?.string, limit: object["limit"]?.string)
    }
}
