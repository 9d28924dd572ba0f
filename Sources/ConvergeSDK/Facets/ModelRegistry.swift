// SPDX-License-Identifier: Apache-2.0

/// Named models with versions and aliases such as `production`.
public protocol ModelRegistry: Facet {
    /// Stores a model's folder as the next version; the same token, or the same content as the newest version, gives
    /// the version that is there.
    func register(_ request: RegisterModelRequest) async throws(CallError) -> RegisteredModel
    /// Points an alias at a version, only if it still points at the expected one.
    func alias(_ request: AliasRequest) async throws(CallError)
    /// By alias or version; nil where there is none.
    func model(_ request: ModelRequest) async throws(CallError) -> RegisteredModel?
}

public struct RegisterModelRequest: Sendable {
    public var name: String
    /// The folder, kept in the project's store of artifacts; it holds `model.json`.
    public var package: KeptArtifact
    /// The tracked run that made it.
    public var run: String?
    public var metrics: ObjectValue
    public var context: CallContext

    public init(name: String, package: KeptArtifact, run: String?, metrics: ObjectValue, context: CallContext) {
        self.name = name
        self.package = package
        self.run = run
        self.metrics = metrics
        self.context = context
    }
}

public struct AliasRequest: Sendable {
    public var name: String
    public var alias: String
    public var version: Int64
    /// The version that the alias is believed to point at; nil for none.
    public var expected: Int64?
    public var context: CallContext

    public init(name: String, alias: String, version: Int64, expected: Int64?, context: CallContext) {
        self.name = name
        self.alias = alias
        self.version = version
        self.expected = expected
        self.context = context
    }
}

public struct ModelRequest: Sendable {
    public enum Choice: Sendable, Hashable {
        case alias(String)
        case version(Int64)
        case newest
    }

    public var name: String
    public var choice: Choice
    public var context: CallContext

    public init(name: String, choice: Choice, context: CallContext) {
        self.name = name
        self.choice = choice
        self.context = context
    }
}

public struct RegisteredModel: Sendable, Hashable {
    public var name: String
    public var version: Int64
    /// SHA-256 of the package.
    public var digest: String
    /// Where the package lies on this machine; nil where the project's store of artifacts does not hold it any more.
    public var path: String?
    public var metrics: ObjectValue
    public var run: String?
    public var aliases: [String]

    public init(
        name: String, version: Int64, digest: String, path: String?, metrics: ObjectValue, run: String?,
        aliases: [String]
    ) {
        self.name = name
        self.version = version
        self.digest = digest
        self.path = path
        self.metrics = metrics
        self.run = run
        self.aliases = aliases
    }

    /// The reference that steps hand on.
    public func reference(in registry: Address?) -> Reference {
        Reference(
            type: "Model", resource: registry, name: name,
            attributes: [
                "version": .int(version), "digest": .string(digest), "path": path.map { .string($0) } ?? .null,
                "metrics": .object(metrics), "run": run.map { .string($0) } ?? .null
            ])
    }
}
