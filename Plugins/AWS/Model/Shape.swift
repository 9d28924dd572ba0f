// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How a moment is written down.
enum TimestampFormat: String, Sendable {
    case iso8601
    case unix = "unixTimestamp"
    case rfc822
}

/// What a member, an item or a map's value is: a scalar, or a compound of the same model.
enum ShapeType: Sendable, Hashable {
    case string
    case integer
    case float
    case boolean
    /// Base64 text in values, bytes or base64 on the wire.
    case blob
    /// With a format of its own, or in the one of its place.
    case timestamp(TimestampFormat?)
    /// Any JSON, passed through with AWS's names.
    case document
    /// JSON that AWS takes and gives as text.
    case jsonText
    /// The place of a compound in the model.
    case compound(Int)
}

/// A shape that has others inside.
enum CompoundShape: Sendable {
    case structure(StructureShape)
    case list(ListShape)
    case map(MapShape)
}

struct StructureShape: Sendable {
    var members: [Member]
    /// Names that AWS wants to be there.
    var required: [String]
    /// The member that alone is the body.
    var payload: String?
    /// The XML namespace of elements of this shape.
    var namespace: XMLNamespace?
    private var places: [String: Int]

    init(members: [Member], required: [String] = [], payload: String? = nil, namespace: XMLNamespace? = nil) {
        self.members = members
        self.required = required
        self.payload = payload
        self.namespace = namespace
        places = Dictionary(
            members.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// The member of a name of ours.
    func member(_ name: String) -> Member? { places[name].map { members[$0] } }

    static let empty = StructureShape(members: [])
}

struct ListShape: Sendable {
    var of: ShapeType
    /// The items' own name, where the model gives one.
    var item: String?
    var isFlat: Bool
}

struct MapShape: Sendable {
    var value: ShapeType
    var keyName: String
    var valueName: String
    var isFlat: Bool
}

struct XMLNamespace: Sendable, Hashable {
    var prefix: String?
    var uri: String
}

/// A member of a structure.
struct Member: Sendable {
    /// Where a member travels in a REST protocol.
    enum Place: String, Sendable {
        case body
        case header
        /// A map whose keys follow a common beginning of header names.
        case headers
        case uri
        case query
        case status
    }

    /// Our name, in snake_case.
    var name: String
    var type: ShapeType
    /// The name in requests; for headers and labels theirs.
    var wire: String
    /// The name in answers.
    var answer: String
    /// The same without a prefix: that of its element.
    var element: String
    var place: Place
    /// True where this list or map is flat in this place only.
    var isFlat: Bool
    var isAttribute: Bool
    var isSensitive: Bool
    /// True for a body that may be of any size.
    var isStream: Bool
    var namespace: XMLNamespace?

    /// Labels and query items are places of requests only.
    var isInAnswerBody: Bool { place == .body || place == .uri || place == .query }
}
