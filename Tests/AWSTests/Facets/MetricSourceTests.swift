// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import Testing

@testable import AWS

/// Measures of CloudWatch, on a server that imitates AWS.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed"))
struct MetricSourceTests {
    @Test func `a measure is told over time, in portable units`() async throws {
        try await Connection.withMoto { aws in
            let name = Connection.name("function")
            let facet = try AWSFacets(client: aws.client, services: aws.services).facet(
                FacetRequest(
                    facet: "MetricSource", kind: "aws.lambda.Function",
                    identity: ResourceIdentity(environment: "e", module: "m", address: Address("f")),
                    inputs: ["function_name": .string(name)], outputs: [:]))
            let source = try #require(facet as? any MetricSource)
            #expect(source.metrics == ["errors", "latency_p50", "latency_p95", "requests"])
            let start = try #require(Timestamp("2026-01-02T03:00:00Z"))
            for minute in 0..<3 {
                try await put(
                    aws, name, "Invocations", 10, "Count", start.advanced(by: .seconds(Double(minute * 60 + 5))))
                try await put(
                    aws, name, "Invocations", 5, "Count", start.advanced(by: .seconds(Double(minute * 60 + 9))))
            }
            let points = try await source.query(
                MetricQuery(
                    name: "requests", from: start, to: start.advanced(by: .seconds(180)), period: .seconds(60),
                    context: Connection.context()))
            #expect(points.map(\.value) == [15, 15, 15])
            #expect(points.map(\.time) == (0..<3).map { start.advanced(by: .seconds(Double($0 * 60))) })
            let none = try await source.query(
                MetricQuery(
                    name: "errors", from: start, to: start.advanced(by: .seconds(180)), period: .seconds(60),
                    context: Connection.context()))
            #expect(none.isEmpty)
            for (name, period, reason) in [
                ("rows", 60.0, CallError.Reason.unsupported(feature: "rows")), ("errors", 30, .invalid)
            ] {
                let refused = await #expect(throws: CallError.self) {
                    try await source.query(
                        MetricQuery(
                            name: name, from: start, to: start.advanced(by: .seconds(60)), period: .seconds(period),
                            context: Connection.context()))
                }
                #expect(refused?.reason == reason)
            }
        }
    }

    @Test func `every kind of the table has its names and a facet in its own table`() throws {
        for kind in KindTable.shared.names {
            let entry = try KindTable.shared.entry(kind)
            let all = CloudWatchMeasure.all(of: kind)
            #expect((all != nil) == entry.facets.contains("MetricSource"), "\(kind)")
            for dimension in all?.dimensions ?? [] {
                let isField = entry.field(dimension.from) != nil
                #expect(isField || entry.outputs.contains { $0.schema.name == dimension.from }, "\(kind)")
            }
        }
    }

    private func put(
        _ aws: Connection, _ function: String, _ metric: String, _ value: Double, _ unit: String, _ time: Timestamp
    ) async throws {
        _ = try await aws.client.call(
            "cloudwatch", "PutMetricData",
            [
                "namespace": "AWS/Lambda",
                "metric_data": [
                    [
                        "metric_name": .string(metric), "value": .float(value), "unit": .string(unit),
                        "timestamp": .time(time),
                        "dimensions": [["name": "FunctionName", "value": .string(function)]]
                    ]
                ]
            ], context: Connection.context())
    }
}
