// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What CloudWatch measures of a thing, under portable names.
struct CloudWatchMetrics: MetricSource {
    let client: AWSClient
    let measures: [String: CloudWatchMeasure]
    let dimensions: [(name: String, value: String)]

    var metrics: [String] { measures.keys.sorted() }

    func query(_ request: MetricQuery) async throws(CallError) -> [MetricPoint] {
        try checkCancellation()
        guard let measure = measures[request.name] else {
            throw CallError(
                .unsupported(feature: request.name), "CloudWatch does not measure \(request.name) of this",
                help: ["it measures \(metrics.joined(separator: ", "))"])
        }
        let seconds = Int64(request.period.seconds.rounded())
        guard seconds >= 60, seconds % 60 == 0 else {
            throw CallError(.invalid, "CloudWatch measures over whole minutes, not over \(seconds) s")
        }
        let metric: ObjectValue = [
            "namespace": .string(measure.namespace), "metric_name": .string(measure.name),
            "dimensions": .list(dimensions.map { ["name": .string($0.name), "value": .string($0.value)] })
        ]
        let parameters: ObjectValue = [
            "start_time": .time(request.from), "end_time": .time(request.to), "scan_by": "TimestampAscending",
            "metric_data_queries": [
                [
                    "id": "m", "return_data": true,
                    "metric_stat": [
                        "metric": .object(metric), "period": .int(seconds), "stat": .string(measure.statistic)
                    ]
                ]
            ]
        ]
        var points: [MetricPoint] = []
        do throws(AWSFailure) {
            try await client.pages(
                "cloudwatch", "GetMetricData", parameters, items: "metric_data_results", context: request.context
            ) { page in
                for item in page.items {
                    let times = item.object?["timestamps"]?.list ?? []
                    let values = item.object?["values"]?.list ?? []
                    for (time, value) in zip(times, values) {
                        guard let time = time.time, let value = value.number else { continue }
                        points.append(MetricPoint(time: time, value: value * measure.scale))
                    }
                }
                return true
            }
        } catch { throw error.callError }
        return points.sorted { $0.time < $1.time }
    }
}

/// A measure of CloudWatch that a portable name stands for.
struct CloudWatchMeasure: Sendable {
    let namespace: String
    let name: String
    let statistic: String
    /// What its values are multiplied with.
    let scale: Double

    init(_ namespace: String, _ name: String, _ statistic: String = "Sum", scale: Double = 1) {
        self.namespace = namespace
        self.name = name
        self.statistic = statistic
        self.scale = scale
    }

    /// The measures of a kind, and where the names of its dimensions stand in its record; nil for other kinds.
    static func all(
        of kind: String
    ) -> (measures: [String: CloudWatchMeasure], dimensions: [(name: String, from: String)])? {
        switch kind {
        case "aws.lambda.Function":
            (
                [
                    "requests": .init("AWS/Lambda", "Invocations"), "errors": .init("AWS/Lambda", "Errors"),
                    "latency_p50": .init("AWS/Lambda", "Duration", "p50", scale: 0.001),
                    "latency_p95": .init("AWS/Lambda", "Duration", "p95", scale: 0.001)
                ], [("FunctionName", "function_name")]
            )
        case "aws.kinesis.Stream":
            (
                [
                    "rows": .init("AWS/Kinesis", "IncomingRecords"),
                    "age_of_data": .init("AWS/Kinesis", "GetRecords.IteratorAgeMilliseconds", "Maximum", scale: 0.001)
                ], [("StreamName", "stream_name")]
            )
        case "aws.states.StateMachine":
            (
                [
                    "runs": .init("AWS/States", "ExecutionsStarted"),
                    "failed_runs": .init("AWS/States", "ExecutionsFailed"),
                    "run_seconds": .init("AWS/States", "ExecutionTime", "Average", scale: 0.001)
                ], [("StateMachineArn", "state_machine_arn")]
            )
        case "aws.apigatewayv2.Api":
            (
                [
                    "requests": .init("AWS/ApiGateway", "Count"), "errors": .init("AWS/ApiGateway", "5xx"),
                    "latency_p50": .init("AWS/ApiGateway", "Latency", "p50", scale: 0.001),
                    "latency_p95": .init("AWS/ApiGateway", "Latency", "p95", scale: 0.001)
                ], [("ApiId", "api_id")]
            )
        case "aws.rds.DBInstance":
            (
                ["cpu": .init("AWS/RDS", "CPUUtilization", "Average")],
                [("DBInstanceIdentifier", "db_instance_identifier")]
            )
        case "aws.redshift.Cluster":
            (
                ["cpu": .init("AWS/Redshift", "CPUUtilization", "Average")],
                [("ClusterIdentifier", "cluster_identifier")]
            )
        default: nil
        }
    }
}
