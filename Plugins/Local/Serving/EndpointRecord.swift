// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What an endpoint remembers over restarts, in `endpoint.json` of its folder.
struct EndpointRecord: Sendable, Hashable {
    struct Version: Sendable, Hashable {
        var version: String
        var model: Reference
        /// Percent.
        var weight: Double
        /// Of the deployment.
        var token: String
    }

    /// The port it listens on; nil before the first start.
    var port: Int?
    /// How many copies of a model there are.
    var replicas: Int
    /// How many bytes of data a copy may have; nil for no limit.
    var memory: Int64?
    /// The newest first: those with weight, and the last one without.
    var versions: [Version]

    static func path(in folder: String) -> String { folder + "/endpoint.json" }

    init(replicas: Int, memory: Int64? = nil) {
        port = nil
        self.replicas = replicas
        self.memory = memory
        versions = []
    }

    /// What is remembered; nil where the endpoint was never made or its folder is gone.
    init?(folder: String) throws(CallError) {
        let bytes: [UInt8]
        do throws(CallError) {
            bytes = try LocalFiles.read(Self.path(in: folder), limit: 16 << 20)
        } catch  where error.reason == .notFound {
            return nil
        }
        guard let object = (try? Value(json: bytes))?.object, let replicas = object["replicas"]?.int,
            let versions = object["versions"]?.list
        else { throw CallError(.failed, "'\(Self.path(in: folder))' cannot be read") }
        port = object["port"]?.int.map { Int($0) }
        self.replicas = Int(replicas)
        memory = object["memory"]?.int
        self.versions = versions.compactMap { value in
            guard let entry = value.object, let version = entry["version"]?.string,
                let model = entry["model"]?.reference, let weight = entry["weight"]?.number,
                let token = entry["token"]?.string
            else { return nil }
            return Version(version: version, model: model, weight: weight, token: token)
        }
    }

    func write(to folder: String, _ files: any FileStore) async throws(CallError) {
        let versions = versions.map { version in
            Value.object([
                "version": .string(version.version), "model": .reference(version.model),
                "weight": .float(version.weight), "token": .string(version.token)
            ])
        }
        let object: ObjectValue = [
            "port": port.map { .int(Int64($0)) } ?? .null, "replicas": .int(Int64(replicas)),
            "memory": memory.map { .int($0) } ?? .null, "versions": .list(versions)
        ]
        try await files.writeAtomically(
            Array(Value.object(object).indentedJSON(.exact).utf8), to: Self.path(in: folder), mode: 0o600)
    }

    /// Gives a version a share; the others share the rest as they did. An endpoint's first version gets everything.
    mutating func give(_ weight: Double, to version: String) {
        let rest = versions.filter { $0.version != version }.reduce(0) { $0 + $1.weight }
        for index in versions.indices {
            if versions[index].version == version {
                versions[index].weight = rest > 0 ? weight : 100
            } else {
                versions[index].weight = rest > 0 ? versions[index].weight * (100 - weight) / rest : 0
            }
        }
    }

    /// The share of each version in percent.
    var weights: [String: Double] {
        Dictionary(versions.map { ($0.version, $0.weight) }, uniquingKeysWith: { first, _ in first })
    }

    /// Forgets the versions without weight but the last one, which may be wanted back.
    mutating func forgetOld() {
        var isKept = false
        versions = versions.filter { version in
            if version.weight > 0 { return true }
            defer { isKept = true }
            return !isKept
        }
    }
}
