// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Models in the registry of an MLflow server.
///
/// The files of a version lie beside those of the run that made it, and tags tell the digest of its package, its
/// metrics and the operation that registered it. MLflow moves an alias whatever it points at: two who move one at the
/// same moment may both believe that they did.
struct MLflowModels: ModelRegistry {
    let server: MLflowServer

    func register(_ request: RegisterModelRequest) async throws(CallError) -> RegisteredModel {
        try checkCancellation()
        do throws(CallError) {
            _ = try await server.call("registered-models/create", ["name": .string(request.name)])
        } catch  where error.reason == .conflict {}
        let token = request.context.token.text
        let own = try await newest(of: request.name, where: " and tags.`\(MLflowTag.token)` = '\(token)'")
        if let own { return try await model(told: own) }
        if let newest = try await newest(of: request.name),
            MLflowTag.values(newest["tags"])[MLflowTag.digest] == request.package.digest
        {
            return try await model(told: newest)
        }
        let executables = try FolderFiles.executables(in: request.package.path).map { Value.string($0) }
        let (source, run) = try await place(of: request)
        let call: ObjectValue = [
            "name": .string(request.name), "source": .string(source), "run_id": .string(run),
            "tags": MLflowTag.list([
                (MLflowTag.digest, request.package.digest), (MLflowTag.token, token),
                (MLflowTag.metrics, Value.object(request.metrics).json()),
                (MLflowTag.executables, Value.list(executables).json())
            ])
        ]
        let made = try await server.call("model-versions/create", call)
        guard let version = made["model_version"]?.object else {
            throw server.fault("model-versions/create", "it has no model_version")
        }
        return try await model(told: version)
    }

    /// Where the package lies, and the run that it belongs to; it is copied there where it is not yet.
    private func place(of request: RegisterModelRequest) async throws(CallError) -> (source: String, run: String) {
        let runs = MLflowRuns(server: server)
        // MLflow takes no files that belong to no run: those of a model that none made get one.
        var id = request.run ?? ""
        if id.isEmpty {
            let name = "\(request.context.run) \(request.context.operation)"
            let begun = try await runs.begin(
                BeginRunRequest(experiment: request.name, name: name, context: request.context))
            id = begun.id
        }
        let run = try await runs.told(id)
        let files = MLflowFiles(server: server, root: try MLflowFiles.root(of: run, server))
        let tags = MLflowTag.values(run["data"]?.object?["tags"])
        if tags[MLflowTag.artifact("model")] == request.package.digest { return (files.uri(of: "model"), id) }
        let name = "model-\(request.package.digest.prefix(12))"
        try await files.store(request.package, at: name)
        if request.run == nil {
            try await runs.end(EndRunRequest(run: id, status: .finished, context: request.context))
        }
        return (files.uri(of: name), id)
    }

    func alias(_ request: AliasRequest) async throws(CallError) {
        try checkCancellation()
        guard try await version(request.name, request.version) != nil else {
            throw CallError(.notFound, "the model '\(request.name)' has no version \(request.version)")
        }
        let now = try await aliased(request.name, request.alias).map(Self.number)
        if now == request.version { return }
        if now != request.expected {
            let text = { (version: Int64?) in version.map { "version \($0)" } ?? "no version" }
            throw CallError(
                .conflict,
                "'\(request.alias)' of the model '\(request.name)' points at \(text(now)) now, not at "
                    + text(request.expected))
        }
        _ = try await server.call(
            "registered-models/alias",
            [
                "name": .string(request.name), "alias": .string(request.alias),
                "version": .string(String(request.version))
            ])
    }

    func model(_ request: ModelRequest) async throws(CallError) -> RegisteredModel? {
        try checkCancellation()
        let told: ObjectValue?
        switch request.choice {
        case .alias(let alias): told = try await aliased(request.name, alias)
        case .version(let number): told = try await version(request.name, number)
        case .newest: told = try await newest(of: request.name)
        @unknown default: throw CallError(.unsupported(feature: "choice"), "this choice of a model is not known here")
        }
        guard let told else { return nil }
        return try await model(told: told)
    }

    // MARK: What the server says

    private func version(_ name: String, _ number: Int64) async throws(CallError) -> ObjectValue? {
        do throws(CallError) {
            let query = [("name", name), ("version", String(number))]
            return try await server.call("model-versions/get", query: query)["model_version"]?.object
        } catch  where error.reason == .notFound {
            return nil
        }
    }

    private func aliased(_ name: String, _ alias: String) async throws(CallError) -> ObjectValue? {
        do throws(CallError) {
            let query = [("name", name), ("alias", alias)]
            return try await server.call("registered-models/alias", query: query)["model_version"]?.object
        } catch {
            // Of an alias that is not there MLflow says that the parameter has an invalid value.
            let isAbsent = error.diagnostic.message.hasSuffix("alias \(alias) not found.")
            if error.reason == .notFound || error.reason == .invalid && isAbsent { return nil }
            throw error
        }
    }

    /// The newest version of a name for which a condition holds; nil where there is none.
    private func newest(of name: String, where condition: String = "") async throws(CallError) -> ObjectValue? {
        let filter = "name=\(try MLflowServer.quoted(name))\(condition)"
        let query = [("filter", filter), ("max_results", "1"), ("order_by", "version_number DESC")]
        let found = try await server.call("model-versions/search", query: query)["model_versions"]?.list ?? []
        // What is found by searching tells no aliases.
        guard let found = found.first?.object else { return nil }
        return try await version(name, Self.number(found))
    }

    private static func number(_ told: ObjectValue) -> Int64 { told["version"]?.string.flatMap { Int64($0) } ?? 0 }

    private func model(told: ObjectValue) async throws(CallError) -> RegisteredModel {
        let tags = MLflowTag.values(told["tags"])
        let name = told["name"]?.string ?? ""
        guard let digest = tags[MLflowTag.digest] else {
            throw CallError(
                .invalid, "version \(Self.number(told)) of the model '\(name)' was not registered by Converge",
                help: ["register the model by a Train step"])
        }
        var metrics: ObjectValue = [:]
        var executables: [String] = []
        do {
            metrics = try tags[MLflowTag.metrics].flatMap { try Value(json: $0).object } ?? [:]
            executables =
                try tags[MLflowTag.executables].flatMap { try Value(json: $0).list }?.compactMap(\.string) ?? []
        } catch { throw server.fault("model-versions", "a tag of Converge holds no JSON") }
        let run = told["run_id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        return RegisteredModel(
            name: name, version: Self.number(told), digest: digest, path: try await package(digest, told, executables),
            metrics: metrics, run: run, aliases: (told["aliases"]?.list ?? []).compactMap(\.string).sorted())
    }

    /// The package on this machine: where the project's store does not hold it, it is fetched.
    private func package(_ digest: String, _ told: ObjectValue, _ executables: [String]) async throws(CallError)
        -> String?
    {
        let files = server.services.files
        if let kept = await files.path(ofDigest: digest) { return kept }
        guard let source = told["source"]?.string, let place = MLflowFiles.kept(at: source) else { return nil }
        return try await files.withScratchFolder { scratch throws(CallError) in
            let folder = scratch + "/model"
            guard let (root, name) = Self.split(place),
                try await MLflowFiles(server: server, root: root).fetch(name, into: folder) > 0
            else { return nil }
            for path in executables where !path.contains("..") {
                try FolderFiles.makeExecutable("\(folder)/\(path)")
            }
            let kept = try await files.keep(path: folder)
            guard kept.digest == digest else {
                throw CallError(.conflict, "the files of the model at '\(source)' are not those that were registered")
            }
            return kept.path
        }
    }

    private static func split(_ path: String) -> (String, String)? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }
}
