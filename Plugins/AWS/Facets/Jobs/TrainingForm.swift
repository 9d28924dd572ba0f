// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What jobs of training are made of, as an `aws.sagemaker.JobForm` says.
struct TrainingForm: Sendable {
    /// The role that jobs work with.
    let role: String
    /// Where the files of jobs are.
    let work: StoragePrefix
    let machine: String
    /// Images by the framework in small letters; that without a name is for programs without one.
    let images: [String: String]
    /// In GB.
    let disk: Int64
    /// How long a machine waits for the next job, in seconds; nil where it does not.
    let keep: Int64?
    let isSpot: Bool
    /// The most workers at one time, over all jobs; nil for no limit.
    let mostWorkers: Int64?
    /// What encrypts disks and models; nil for AWS's own key.
    let key: String?
    /// The network that machines are in; empty for none.
    let subnets: [Value]
    let securityGroups: [Value]

    private static let smallestDisk: Int64 = 30

    /// - Throws: `CallError` with `invalid` where something is missing.
    init(_ form: ObjectValue) throws(CallError) {
        role = try Self.text("role", form)
        let address = try Self.text("work", form)
        guard let place = StoragePrefix(url: address) else {
            throw Self.wrong("work", "an address such as s3://BUCKET/FOLDER, not '\(address)'")
        }
        work = place
        machine = try Self.text("machine", form)
        var images: [String: String] = [:]
        for entry in form["images"]?.object ?? [:] { images[entry.key.lowercased()] = entry.value.string }
        self.images = images
        disk = form["disk"]?.int ?? Self.smallestDisk
        keep = form["keep"]?.int
        isSpot = form["spot"]?.bool ?? false
        mostWorkers = form["max_workers"]?.int
        key = form["key"]?.string
        subnets = form["subnets"]?.list ?? []
        securityGroups = form["security_groups"]?.list ?? []
    }

    /// The image that a program runs in.
    ///
    /// - Throws: `CallError` with `invalid` where there is none for its framework.
    func image(for program: JobProgram) throws(CallError) -> String {
        if let image = program.image { return image }
        let framework = program.framework?.lowercased() ?? ""
        if let image = images[framework] { return image }
        let known = images.keys.filter { !$0.isEmpty }.sorted()
        throw CallError(
            .invalid,
            framework.isEmpty
                ? "nothing says which image the program runs in" : "there is no image for '\(program.framework ?? "")'",
            help: [
                "name one in `image`"
                    + (known.isEmpty ? "" : ", or a framework that has one: " + known.joined(separator: ", "))
            ]
        ).about(framework.isEmpty ? "image" : "framework")
    }

    /// The machines of a job.
    func machines(_ count: Int) -> ObjectValue {
        var machines: ObjectValue = [
            "instance_type": .string(machine), "instance_count": .int(Int64(count)), "volume_size_in_gb": .int(disk)
        ]
        // SageMaker keeps no spare machines.
        if let keep, !isSpot { machines["keep_alive_period_in_seconds"] = .int(keep) }
        if let key { machines["volume_kms_key_id"] = .string(key) }
        return machines
    }

    private static func text(_ name: String, _ form: ObjectValue) throws(CallError) -> String {
        guard let text = form[name]?.string, !text.isEmpty else { throw wrong(name, "a text") }
        return text
    }

    private static func wrong(_ name: String, _ wanted: String) -> CallError {
        CallError(.invalid, "the form of jobs needs \(name): \(wanted)", help: ["explain aws.sagemaker.JobForm"])
    }
}
