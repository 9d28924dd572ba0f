// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A model's folder as the code of a function: with a program in front that starts the model's own and asks it.
struct FunctionPackage: Sendable {
    private static let (front, folder) = ("converge_serving.py", "converge_model")
    /// More than that goes through a bucket; Lambda takes some more in a call.
    private static let mostInCall: Int64 = 32 << 20

    let mark: ModelMark
    private let path: String
    private let services: any HostServices

    /// - Throws: `CallError` about the field `model` where it cannot be served by a function.
    init(_ model: Reference, _ services: any HostServices, _ context: CallContext) async throws(CallError) {
        guard let digest = model.attributes["digest"]?.string,
            let path = await services.files.path(ofDigest: digest)
        else { throw ServingPackage.notAModel(model, "its files are not in the project's store of artifacts") }
        let serve = try ServingPackage.serve(in: path, model)
        if let image = serve["image"]?.string {
            throw ServingPackage.notAModel(
                model, "it runs in the image '\(image)', and the code of a function is an archive")
        }
        let command = serve["command"]?.list?.compactMap(\.string) ?? []
        guard !command.isEmpty, command.count == serve["command"]?.list?.count else {
            throw ServingPackage.notAModel(model, "`serve.command` in its model.json is not a list of texts")
        }
        mark = ModelMark(
            token: context.token.text, digest: digest, number: model.attributes["version"]?.int, name: model.name)
        self.path = path
        self.services = services
    }

    /// The code as parameters of a call: itself, or where it is in a bucket by now.
    func code(
        handler: String, place: StoragePrefix?, client: AWSClient, _ context: CallContext
    ) async throws(CallError) -> ObjectValue {
        guard let dot = handler.lastIndex(of: ".") else {
            throw CallError(.invalid, "'\(handler)' is not the name of a function of a Python module")
        }
        let (module, function) = (String(handler[..<dot]), String(handler[handler.index(after: dot)...]))
        return try await services.files.withScratchFolder { scratch throws(CallError) in
            let archive = scratch + "/model.zip"
            let size = try pack(archive, module: module, function: function)
            guard size > Self.mostInCall else {
                let bytes = try PartFile(reading: archive).read(at: 0, count: Int(size))
                return ["zip_file": .string(WireText.base64(bytes))]
            }
            guard let place else {
                throw CallError(
                    .invalid, "the model's files are \(Value.size(size).literal), and there is no bucket for them",
                    help: [#"say where code goes in the alias: models: "s3://bucket/models""#])
            }
            let key = "\(place.prefix)\(mark.digest)-\(mark.number ?? 0).zip"
            services.log.progress(nil, "sending the model", context)
            _ = try await BucketObjects(client: client, services: services, bucket: place.bucket)
                .put(PutObjectRequest(key: key, path: archive, context: context))
            return ["s3_bucket": .string(place.bucket), "s3_key": .string(key)]
        }
    }

    private func pack(_ archive: String, module: String, function: String) throws(CallError) -> Int64 {
        var zip = try ZipFile(writing: archive)
        // Its own name and version are part of the code: Lambda publishes no version of code that it has published last.
        try zip.add(
            "converge_mark.txt", Array("\(mark.name) \(mark.number.map(String.init) ?? "-") \(mark.digest)\n".utf8))
        try zip.add(Self.front, PackageResources.function_py)
        try zip.add(
            module.split(separator: "/").joined(separator: "/") + ".py",
            Array("from converge_serving import answer as \(function)\n".utf8))
        let executables = Set(try FolderFiles.executables(in: path))
        for file in try FolderFiles.paths(in: path) {
            let name = String(decoding: file.utf8.dropFirst(path.utf8.count + 1), as: UTF8.self)
            try zip.add("\(Self.folder)/\(name)", from: file, isExecutable: executables.contains(name))
        }
        return try zip.finish()
    }
}
