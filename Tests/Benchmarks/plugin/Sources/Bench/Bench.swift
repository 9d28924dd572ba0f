// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

@c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(Bench()).handOver() }

struct Bench: Plugin {
    func contents() throws(CallError) -> PluginContents {
        var contents = PluginContents(name: "bench", version: "1.1.0", doc: "Steps that do nothing, or little")
        contents.stepKinds = [
            StepKindSchema(
                name: "Nothing", doc: "Does nothing", example: "step idle: Nothing { number: 1 }",
                fields: [FieldSchema("number", .int, "which it is", presence: .optional(defaultValue: 0))],
                outputs: [FieldSchema("next", .int, "its number and one", presence: .computed)]),
            StepKindSchema(
                name: "Count", doc: "Counts the objects of a bucket",
                example: "step count: Count { of: lake, expected: 100 }",
                fields: [
                    FieldSchema("of", .named("aws.s3.Bucket"), "the bucket", presence: .required),
                    FieldSchema("expected", .int, "how many it must have", presence: .required)
                ],
                outputs: [FieldSchema("keys", .int, "how many it has", presence: .computed)])
        ]
        contents.executors = [NothingExecutor(), CountExecutor()]
        return contents
    }
}

struct NothingExecutor: StepExecutor {
    let kind = "Nothing"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        StepResponse(outputs: ["next": .int((request.inputs["number"]?.int ?? 0) + 1)])
    }
}

struct CountExecutor: StepExecutor {
    let kind = "Count"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        guard let bucket = request.inputs["of"]?.reference else { throw CallError(.invalid, "there is no bucket") }
        let store = try await request.host.facet((any ObjectStore).self, named: "ObjectStore", of: bucket)
        var keys = 0
        var token: String?
        repeat {
            let page = try await store.list(
                ListObjectsRequest(prefix: "", pageToken: token, context: request.context))
            keys += page.objects.count
            token = page.nextPageToken
        } while token != nil
        if Int64(keys) != request.inputs["expected"]?.int {
            throw CallError(.failed, "the bucket has \(keys) objects")
        }
        return StepResponse(outputs: ["keys": .int(Int64(keys))])
    }
}
