// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension MLflowRuns {
    func record(_ request: RecordRequest) async throws(CallError) {
        try checkCancellation()
        let parameters = request.parameters.map { entry -> Value in
            ["key": .string(entry.key), "value": .string(entry.value.string ?? entry.value.plainJSON)]
        }
        let metrics = request.metrics.map { metric -> Value in
            [
                "key": .string(metric.name), "value": Self.number(metric.value),
                "timestamp": .int(Self.milliseconds(metric.time)), "step": .int(metric.step)
            ]
        }
        try await log(parameters, as: "params", by: Self.largestParameters, of: request.run)
        try await log(metrics, as: "metrics", by: Self.largestMetrics, of: request.run)
        if request.artifacts.isEmpty { return }
        let run = try await told(request.run)
        let files = MLflowFiles(server: server, root: try MLflowFiles.root(of: run, server))
        for (name, artifact) in request.artifacts.sorted(by: { $0.key < $1.key }) {
            try await files.store(artifact, at: name)
            // Says that all of it is there.
            _ = try await server.call(
                "runs/set-tag",
                [
                    "run_id": .string(request.run), "key": .string(MLflowTag.artifact(name)),
                    "value": .string(artifact.digest)
                ])
        }
    }

    private func log(_ items: [Value], as member: String, by size: Int, of run: String) async throws(CallError) {
        for start in stride(from: 0, to: items.count, by: size) {
            let batch = Array(items[start..<min(start + size, items.count)])
            _ = try await server.call("runs/log-batch", ["run_id": .string(run), member: .list(batch)])
        }
    }

    /// Numbers that JSON has no digits for are words.
    private static func number(_ value: Double) -> Value {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "Infinity" : "-Infinity" }
        return .float(value)
    }
}
