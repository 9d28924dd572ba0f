// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How a model is served, as its `model.json` says.
struct ModelPackage: Sendable, Hashable {
    private static let largestDescription = 16 << 20
    private static let standardHealth = "/health"
    private static let standardPredict = "/predict"

    /// The program and its arguments; it listens on the port that `PORT` names.
    let command: [String]
    /// The path that answers 2xx when the model can be asked.
    let health: String
    /// The path that predictions are asked for at; the endpoint's own address stands for it.
    let predict: String
    /// The read-only folder, in which the program runs.
    let folder: String

    /// Reads the package that a model reference points to.
    init(_ model: Reference, files: any FileStore) async throws(CallError) {
        let digest = model.attributes["digest"]?.string ?? ""
        guard let folder = await files.path(ofDigest: digest) else {
            throw .notAModel(model, "its files are not in the project's store of artifacts")
        }
        let serve: ObjectValue
        do throws(CallError) {
            let bytes = try LocalFiles.read(folder + "/model.json", limit: Self.largestDescription)
            guard let object = (try? Value(foreignJSON: bytes))?.object?["serve"]?.object else {
                throw .notAModel(model, "its model.json has no object `serve`")
            }
            serve = object
        } catch  where error.reason == .notFound {
            throw .notAModel(model, "it has no model.json")
        }
        let command = serve["command"]?.list?.compactMap(\.string) ?? []
        guard let program = command.first, !program.isEmpty, command.count == serve["command"]?.list?.count else {
            throw .notAModel(model, "`serve.command` in its model.json is not a list of texts")
        }
        let health = serve["health"]?.string ?? Self.standardHealth
        guard health.hasPrefix("/") else { throw .notAModel(model, "`serve.health` in its model.json is not a path") }
        let predict = serve["predict"]?.string ?? Self.standardPredict
        guard predict.hasPrefix("/") else { throw .notAModel(model, "`serve.predict` in its model.json is not a path") }
        self.command = command
        self.predict = predict
        self.health = health
        self.folder = folder
    }
}
