// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How often the versions behind an alias of a function were called, by CloudWatch.
struct VersionCounts: Sendable {
    let client: AWSClient
    let from: Timestamp
    let to: Timestamp

    /// - Returns: By a version's number.
    func sums(
        _ numbers: [String], of function: String, by alias: String, _ context: CallContext
    ) async throws(CallError) -> [String: (requests: Double, errors: Double)] {
        var queries: [Value] = []
        for number in numbers {
            for (letter, metric) in [("r", "Invocations"), ("e", "Errors")] {
                let measured: ObjectValue = [
                    "namespace": "AWS/Lambda", "metric_name": .string(metric),
                    "dimensions": [
                        ["name": "FunctionName", "value": .string(function)],
                        ["name": "Resource", "value": .string("\(function):\(alias)")],
                        ["name": "ExecutedVersion", "value": .string(number)]
                    ]
                ]
                queries.append([
                    "id": .string(letter + number), "return_data": true,
                    "metric_stat": ["metric": .object(measured), "period": 60, "stat": "Sum"]
                ])
            }
        }
        var found: [String: Double] = [:]
        do throws(AWSFailure) {
            try await client.pages(
                "cloudwatch", "GetMetricData",
                ["start_time": .time(from), "end_time": .time(to), "metric_data_queries": .list(queries)],
                items: "metric_data_results", context: context
            ) { page in
                for item in page.items.compactMap(\.object) {
                    let sum = (item["values"]?.list ?? []).compactMap(\.number).reduce(0, +)
                    found[item["id"]?.string ?? "", default: 0] += sum
                }
                return true
            }
        } catch { throw error.callError }
        var sums: [String: (requests: Double, errors: Double)] = [:]
        for number in numbers { sums[number] = (found["r" + number] ?? 0, found["e" + number] ?? 0) }
        return sums
    }
}
