// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// The files of one training job: what its program reads and what it leaves.
struct TrainingFiles: Sendable {
    static let channel = "converge"
    /// Where SageMaker puts the channel's files on the machine.
    private static let received = "/opt/ml/input/data/\(channel)"
    static let script = received + "/run.sh"
    /// What SageMaker packs from there is at `output/model.tar.gz` and `output/output.tar.gz` below the job's name.
    private static let places = JobPlaces(
        archive: received + "/program.tar.gz", inputs: received + "/inputs", parameters: received + "/params.json",
        model: "/opt/ml/model", artifacts: "/opt/ml/output/data/artifacts", metrics: "/opt/ml/output/data/metrics.json")

    let runs: TrainingRuns
    /// The job's.
    let name: String

    /// Where the channel's files are in S3.
    var sent: StoragePrefix { runs.form.work.inside("\(name)/input/") }

    private var store: BucketObjects {
        BucketObjects(client: runs.client, services: runs.services, bucket: runs.form.work.bucket)
    }

    /// Puts the program and all that it reads into the bucket.
    func send(_ program: JobProgram, _ context: CallContext) async throws(CallError) {
        let script = try program.script(at: Self.places)
        try await runs.services.files.withScratchFolder { folder throws(CallError) in
            let files = runs.services.files
            try await files.writeAtomically(Array(script.utf8), to: folder + "/run.sh", mode: 0o600)
            try await files.writeAtomically(
                Array(Value.object(program.parameters).indentedJSON().utf8), to: folder + "/params.json", mode: 0o600)
            try await tar(["-czf", folder + "/program.tar.gz", "-C", program.folder, "."], in: folder)
            var paths = ["run.sh", "params.json", "program.tar.gz"].map { (key: $0, path: folder + "/" + $0) }
            for (number, input) in program.inputs.enumerated() {
                guard input.isFolder else {
                    paths.append(("inputs/" + input.name, input.path))
                    continue
                }
                let packed = "\(folder)/\(number).tar"
                try await tar(["-cf", packed, "-C", input.path, "."], in: folder)
                paths.append(("inputs/\(input.name).tar", packed))
            }
            for (number, file) in paths.enumerated() {
                runs.services.log.progress(Double(number) / Double(paths.count), "sending \(file.key)", context)
                _ = try await store.put(
                    PutObjectRequest(key: sent.prefix + file.key, path: file.path, context: context))
            }
        }
    }

    /// Brings what the program left.
    ///
    /// - Parameter model: Where SageMaker says that the model is.
    func bring(model: String?, into folder: String, _ context: CallContext) async throws(CallError) {
        try await runs.services.files.withScratchFolder { scratch throws(CallError) in
            let output = runs.form.work.inside("\(name)/output/")
            let modelKey = model.flatMap { StoragePrefix(url: $0)?.prefix.dropLast() }.map(String.init)
            let target = folder + "/model"
            guard mkdir(target, 0o700) == 0 else {
                throw CallError(.failed, "'\(target)' cannot be made: \(String(cString: strerror(errno)))")
            }
            for (key, place) in [
                (modelKey ?? output.prefix + "model.tar.gz", target), (output.prefix + "output.tar.gz", folder)
            ] {
                let packed = scratch + "/packed.tar.gz"
                do throws(CallError) {
                    _ = try await store.get(GetObjectRequest(key: key, path: packed, context: context))
                } catch  where error.reason == .notFound {
                    // The program left nothing there.
                    continue
                }
                try await tar(["-xzf", packed, "--no-same-owner", "-C", place], in: scratch)
            }
        }
    }

    private func tar(_ arguments: [String], in folder: String) async throws(CallError) {
        let result = try await runs.services.processes.run(
            ProcessRequest(command: ["tar"] + arguments, workingFolder: folder))
        guard result.exitCode == 0 else {
            throw CallError(
                .failed, "tar \(arguments.first ?? "") ended with code \(result.exitCode.map { "\($0)" } ?? "?")")
        }
    }
}
