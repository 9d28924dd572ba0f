// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

@c(converge_plugin) public func convergePlugin() -> UnsafeMutableRawPointer? { PluginBox(Bench()).handOver() }

struct Bench: Plugin {
    func contents() throws(CallError) -> PluginContents {
        var contents = PluginContents(name: "bench", version: "1.0.0", doc: "A step that does nothing")
        contents.stepKinds = [
            StepKindSchema(
                name: "Nothing", doc: "Does nothing", example: "step idle: Nothing { number: 1 }",
                fields: [FieldSchema("number", .int, "which it is", presence: .optional(defaultValue: 0))],
                outputs: [FieldSchema("next", .int, "its number and one", presence: .computed)])
        ]
        contents.executors = [NothingExecutor()]
        return contents
    }
}

struct NothingExecutor: StepExecutor {
    let kind = "Nothing"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        StepResponse(outputs: ["next": .int((request.inputs["number"]?.int ?? 0) + 1)])
    }
}
