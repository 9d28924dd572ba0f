// SPDX-License-Identifier: Apache-2.0

/// Objects under keys: a lake's files.
public protocol ObjectStore: Facet {
    /// Stores a file of this machine under a key; readers see the old object or the whole new one.
    func put(_ request: PutObjectRequest) async throws(CallError) -> ObjectVersion
    /// Copies an object into a file of this machine.
    func get(_ request: GetObjectRequest) async throws(CallError) -> ObjectVersion
    /// The objects whose keys begin so, in the order of keys.
    func list(_ request: ListObjectsRequest) async throws(CallError) -> ObjectPage
    /// Absent is not an error.
    func delete(_ request: DeleteObjectRequest) async throws(CallError)
    /// An address at which people open the newest version of an object.
    ///
    /// - Throws: `CallError` with `unsupported` where the store has no addresses for people.
    func address(_ request: ObjectAddressRequest) async throws(CallError) -> String
}

extension ObjectStore {
    public func address(_ request: ObjectAddressRequest) async throws(CallError) -> String {
        throw CallError(.unsupported(feature: "address"), "this store has no addresses at which people open objects")
    }
}

public struct PutObjectRequest: Sendable {
    /// Parts with slashes between them; no part is empty, `.` or `..`.
    public var key: String
    /// The file whose content is stored.
    public var path: String
    public var context: CallContext

    public init(key: String, path: String, context: CallContext) {
        self.key = key
        self.path = path
        self.context = context
    }
}

public struct GetObjectRequest: Sendable {
    public var key: String
    /// Nil for the newest.
    public var version: String?
    /// The file to write.
    public var path: String
    public var context: CallContext

    public init(key: String, version: String? = nil, path: String, context: CallContext) {
        self.key = key
        self.version = version
        self.path = path
        self.context = context
    }
}

public struct ListObjectsRequest: Sendable {
    public var prefix: String
    public var pageToken: String?
    public var context: CallContext

    public init(prefix: String = "", pageToken: String? = nil, context: CallContext) {
        self.prefix = prefix
        self.pageToken = pageToken
        self.context = context
    }
}

public struct DeleteObjectRequest: Sendable {
    public var key: String
    public var context: CallContext

    public init(key: String, context: CallContext) {
        self.key = key
        self.context = context
    }
}

public struct ObjectAddressRequest: Sendable {
    public var key: String
    public var context: CallContext

    public init(key: String, context: CallContext) {
        self.key = key
        self.context = context
    }
}

public struct ObjectVersion: Sendable, Hashable {
    public var key: String
    public var version: String
    /// In bytes.
    public var size: Int64
    /// SHA-256 of the content where the store knows it.
    public var digest: String?
    public var modified: Timestamp

    public init(key: String, version: String, size: Int64, digest: String?, modified: Timestamp) {
        self.key = key
        self.version = version
        self.size = size
        self.digest = digest
        self.modified = modified
    }
}

public struct ObjectPage: Sendable, Hashable {
    public var objects: [ObjectVersion]
    /// Nil on the last page.
    public var nextPageToken: String?

    public init(objects: [ObjectVersion], nextPageToken: String? = nil) {
        self.objects = objects
        self.nextPageToken = nextPageToken
    }
}
