// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A model's folder as SageMaker's containers take it: with a program in front that asks the model's own.
struct ServingPackage: Sendable {
    private static let largestDescription: Int64 = 16 << 20
    private static let place = "converge_serving"
    /// SageMaker unpacks the model's files there.
    private static let folder = "/opt/ml/model"

    let digest: String
    /// The image that the model's description names; nil where it serves in that of the endpoint.
    let image: String?
    private let path: String
    private let services: any HostServices

    init(_ model: Reference, _ services: any HostServices) async throws(CallError) {
        guard let digest = model.attributes["digest"]?.string,
            let path = await services.files.path(ofDigest: digest)
        else { throw Self.notAModel(model, "its files are not in the project's store of artifacts") }
        let serve = try Self.serve(in: path, model)
        let command = serve["command"]?.list?.compactMap(\.string) ?? []
        image = serve["image"]?.string
        guard image != nil || (!command.isEmpty && command.count == serve["command"]?.list?.count) else {
            throw Self.notAModel(model, "`serve.command` in its model.json is not a list of texts")
        }
        self.digest = digest
        self.path = path
        self.services = services
    }

    /// The variables that make AWS's image load the program in front. An image of the model's own needs none: it answers
    /// SageMaker's requests itself.
    var variables: ObjectValue {
        guard image == nil else { return [:] }
        return [
            "SAGEMAKER_PROGRAM": "inference.py", "SAGEMAKER_SUBMIT_DIRECTORY": .string("\(Self.folder)/\(Self.place)"),
            // Each worker would start the model's program once more.
            "SAGEMAKER_MODEL_SERVER_WORKERS": "1"
        ]
    }

    /// Puts the packed folder under a key.
    func send(to store: BucketObjects, key: String, _ context: CallContext) async throws(CallError) {
        try await services.files.withScratchFolder { scratch throws(CallError) in
            let (front, packed) = (scratch + "/" + Self.place, scratch + "/model.tar.gz")
            try await run(["mkdir", front], in: scratch)
            try await services.files.writeAtomically(
                PackageResources.inference_py, to: front + "/inference.py", mode: 0o644)
            if try FolderFiles.paths(in: path).contains(path + "/requirements.txt") {
                // AWS's images install what stands beside the program.
                try await run(["cp", path + "/requirements.txt", front], in: scratch)
            }
            try await run(["tar", "-czf", packed, "-C", path, ".", "-C", scratch, Self.place], in: scratch)
            _ = try await store.put(PutObjectRequest(key: key, path: packed, context: context))
        }
    }

    /// How the model is served, as its description says.
    static func serve(in path: String, _ model: Reference) throws(CallError) -> ObjectValue {
        let file: PartFile
        do throws(CallError) { file = try PartFile(reading: path + "/model.json") } catch {
            throw notAModel(model, "its model.json cannot be read")
        }
        guard try file.size <= largestDescription else { throw notAModel(model, "its model.json is too large") }
        do {
            let value = try Value(foreignJSON: try file.read(at: 0, count: Int(file.size)))
            if let serve = value.object?["serve"]?.object { return serve }
        } catch let error as JSONError {
            throw notAModel(model, "its model.json cannot be read: at byte \(error.offset): \(error.reason)")
        } catch {
            throw notAModel(model, "its model.json cannot be read")
        }
        throw notAModel(model, "its model.json has no object `serve`")
    }

    private func run(_ command: [String], in folder: String) async throws(CallError) {
        let result = try await services.processes.run(ProcessRequest(command: command, workingFolder: folder))
        guard result.exitCode == 0 else {
            throw CallError(.failed, "'\(command.joined(separator: " "))' did not end well")
        }
    }

    static func notAModel(_ model: Reference, _ why: String) -> CallError {
        CallError(.invalid, "'\(model.name)' cannot be served: \(why)", help: ["train it again"]).about("model")
    }
}
