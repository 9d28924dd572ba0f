// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What the kinds of one connection share: its folder, the lent services, the catalog.
struct Platform: Sendable {
    /// Absolute.
    let folder: String
    let services: any HostServices
    let databases: DatabaseShelf
    let catalog: Catalog

    init(folder: String, services: any HostServices) {
        self.folder = folder
        self.services = services
        databases = DatabaseShelf(services.databases)
        catalog = Catalog(path: folder + "/catalog.db", databases: databases)
    }

    /// The id of the thing that a token makes: always the same one, and nobody else's.
    ///
    /// It keeps the order of the tokens, which is that of time: the catalog grows at its end.
    func id(madeBy token: OperationToken) -> String {
        let digest = hexadecimal(services.hashing.sha256(Array(token.text.utf8)))
        let time = token.text.prefix(12)
        return String((time.allSatisfy(\.isHexDigit) ? time : digest.prefix(12)) + digest.suffix(12))
    }

    /// The tables of a lake or warehouse of this connection; nil where the id names none.
    func tables(at location: String) async throws(CallError) -> SQLiteTables? {
        if let lake = try await catalog.thing(location, kind: Lake.schema.name) {
            return Lake(platform: self).tables(of: lake)
        }
        if let warehouse = try await catalog.thing(location, kind: Warehouse.schema.name) {
            return Warehouse(platform: self).tables(of: warehouse)
        }
        return nil
    }

    /// The name of a thing whose recipe gives none.
    func name(for identity: ResourceIdentity) -> String {
        let digest = services.hashing.sha256(Array(identity.description.utf8))
        return ThingName.standard(for: identity, digest: hexadecimal(digest))
    }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
