// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Files that an MLflow server keeps for its clients.
struct MLflowFiles: Sendable {
    /// How long one file may take.
    private static let timeout = Duration.seconds(3600)

    let server: MLflowServer
    /// Below the server's place for files, without slashes at its ends: `1/RUN/artifacts`.
    let root: String

    /// Where the files of a run lie.
    ///
    /// - Throws: `CallError` with `unsupported` where the server leaves files to its clients.
    static func root(of run: ObjectValue, _ server: MLflowServer) throws(CallError) -> String {
        try root(at: run["info"]?.object?["artifact_uri"]?.string ?? "")
    }

    /// From `mlflow-artifacts:/1/RUN/artifacts`.
    static func root(at address: String) throws(CallError) -> String {
        guard let root = kept(at: address) else {
            throw CallError(
                .unsupported(feature: "artifacts"), "the MLflow server leaves files to its clients, at '\(address)'",
                help: ["start it with --serve-artifacts, so that it keeps them itself"])
        }
        return root
    }

    /// The place of files that the server keeps; nil of all else.
    static func kept(at address: String) -> String? {
        let scheme = "mlflow-artifacts:/"
        guard address.hasPrefix(scheme), !address.hasPrefix(scheme + "/") else { return nil }
        return String(address.dropFirst(scheme.count))
    }

    /// The address under which MLflow knows a place.
    func uri(of path: String) -> String { "mlflow-artifacts:/\(root)/\(path)" }

    private func url(_ path: String) -> String {
        let parts = "\(root)/\(path)".split(separator: "/").map { MLflowServer.escaped(String($0)) }
        return server.address + "/api/2.0/mlflow-artifacts/artifacts/" + parts.joined(separator: "/")
    }

    /// Copies a kept file, or every file of a kept folder.
    func store(_ artifact: KeptArtifact, at path: String) async throws(CallError) {
        for file in try FolderFiles.paths(in: artifact.path) {
            let tail = String(decoding: file.utf8.dropFirst(artifact.path.utf8.count), as: UTF8.self)
            let reading = try PartFile(reading: file)
            let bytes = try reading.read(at: 0, count: Int(reading.size))
            try reading.checkUnchanged()
            _ = try await server.send(
                HTTPRequest(
                    method: "PUT", url: url(path + tail), headers: [("Content-Type", "application/octet-stream")],
                    body: bytes, timeout: Self.timeout))
        }
    }

    /// Copies the files below a place into a folder of this machine.
    ///
    /// - Returns: How many there were.
    @discardableResult
    func fetch(_ path: String, into folder: String) async throws(CallError) -> Int {
        let address = server.address + "/api/2.0/mlflow-artifacts/artifacts?path="
        let listed = try await server.send(HTTPRequest(url: address + MLflowServer.escaped("\(root)/\(path)")))
        let files: [Value]
        do {
            files = try Value(foreignJSON: listed.body).object?["files"]?.list ?? []
        } catch { throw server.fault("mlflow-artifacts", error.reason) }
        try FolderFiles.make(folder: folder)
        var count = 0
        for item in files {
            guard let name = item.object?["path"]?.string, !name.isEmpty, name != "..", !name.contains("/") else {
                throw server.fault("mlflow-artifacts", "a file has an odd name")
            }
            if item.object?["is_dir"]?.bool == true {
                count += try await fetch("\(path)/\(name)", into: "\(folder)/\(name)")
                continue
            }
            let request = HTTPRequest(url: url("\(path)/\(name)"), timeout: Self.timeout)
            let answer = try await server.services.http.download(
                DownloadRequest(request: request, path: "\(folder)/\(name)"))
            guard (200...299).contains(answer.status) else { throw server.refusal(answer, request) }
            count += 1
        }
        return count
    }
}
