// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Traces of runs as a collector receives them.
struct TraceTests {
    private struct Span {
        var id: String
        var parent: String?
        var trace: String
        var status: Int64?
        var attributes: [String: String]
        var isInOrder: Bool

        init(_ value: Value) {
            id = value.at("spanId")?.string ?? ""
            parent = value.at("parentSpanId")?.string
            trace = value.at("traceId")?.string ?? ""
            status = value.at("status")?.at("code")?.int
            let pairs = (value.at("attributes")?.list ?? []).map { pair in
                let content = pair.at("value")?.object?.values.first
                return (pair.at("key")?.string ?? "", content?.string ?? content?.literal ?? "")
            }
            attributes = Dictionary(pairs, uniquingKeysWith: { first, _ in first })
            let times = ["startTimeUnixNano", "endTimeUnixNano"].compactMap {
                value.at($0)?.string.flatMap { Int64($0) }
            }
            isInOrder = times.count == 2 && times[0] <= times[1]
        }
    }

    private static let recipe = """
        resource note: local.Note { text: "n" }
        workflow work {
          step told: Shell { run: "echo $TRACEPARENT" }
          step again: Shell {
            @needs: [told]
            @retry: { attempts: 2, backoff: 1ms, on: ["any"] }
            run: "mkdir once 2>/dev/null && exit 3 || true"
          }
          output parent = told.stdout
          output note = note.id
        }

        """

    private func spans(_ receiver: Receiver) throws -> [Span] {
        try receiver.documents(at: "/v1/traces").flatMap { kept in
            (kept.at("body")?.at("resourceSpans")?.list ?? []).flatMap { resource in
                (resource.at("scopeSpans")?.list ?? []).flatMap { ($0.at("spans")?.list ?? []).map { Span($0) } }
            }
        }
    }

    @Test func `a collector gets a span of each run, resource and attempt, below that of whoever started it`()
        async throws
    {
        let project = try Project(["w.recipe": Self.recipe])
        let receiver = try await Receiver(in: project)
        let (trace, outer) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331")
        let answer = try await project.run(
            ["run", "w.recipe", "--yes", "--json"],
            environment: [
                "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.address, "OTEL_EXPORTER_OTLP_HEADERS": "x-key=secret%20canary",
                "OTEL_SERVICE_NAME": "shop", "OTEL_RESOURCE_ATTRIBUTES": "team=data",
                "TRACEPARENT": "00-\(trace)-\(outer)-01"
            ])
        await receiver.end()
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        let found = try spans(receiver)
        #expect(found.allSatisfy { $0.trace == trace && $0.isInOrder })
        let roots = found.filter { $0.parent == outer }
        #expect(roots.map { $0.attributes["converge.purpose"] } == ["apply", "workflow"])
        let run = try #require(roots.last)
        #expect(found.contains { $0.parent == roots.first?.id && $0.attributes["converge.address"] == "note" })
        let attempts = found.filter { $0.attributes["converge.address"] == "again" }
        #expect(attempts.map { $0.attributes["converge.attempt"] } == ["1", "2"])
        #expect(attempts.map(\.status) == [2, 1])
        #expect(attempts.first?.attributes["error.type"] == "D0801")
        #expect(attempts.allSatisfy { $0.parent == run.id })
        let told = try #require(found.first { $0.attributes["converge.address"] == "told" })
        #expect(try answer.document["outputs"]?.at("parent")?.string == "00-\(trace)-\(told.id)-01")
        let posted = try #require(try receiver.documents(at: "/v1/traces").first)
        #expect(posted.at("headers")?.at("x-key")?.string == "secret canary")
        #expect(posted.at("headers")?.at("content-type")?.string == "application/json")
        let resource = posted.at("body")?.at("resourceSpans")?.list?.first?.at("resource")
        #expect(resource?.literal.contains("shop") == true && resource?.literal.contains("team") == true)
    }

    @Test func `a traced run waits, and has parts`() async throws {
        let project = try Project([
            "w.recipe": """
            workflow part { step pause: Wait { duration: 10ms } }
            workflow whole {
              step part: Run { workflow: "part" }
              output run = part.run
            }

            """
        ])
        let receiver = try await Receiver(in: project)
        let answer = try await project.run(
            ["run", "w.recipe", "whole", "--yes", "--json"],
            environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": receiver.address])
        await receiver.end()
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        #expect(try answer.document["outputs"]?.at("run")?.string == "run-2")
        #expect(try spans(receiver).contains { $0.attributes["converge.address"] == "part" })
    }

    @Test(arguments: [503, 400])
    func `a collector that takes nothing is told of once and changes nothing`(_ status: Int) async throws {
        let project = try Project(["w.recipe": Self.recipe])
        let receiver = try await Receiver(in: project, answering: status)
        let answer = try await project.run(
            ["run", "w.recipe", "--yes", "--json"],
            environment: ["OTEL_EXPORTER_OTLP_ENDPOINT": receiver.address, "OPENLINEAGE_URL": receiver.address])
        await receiver.end()
        #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
        // One of the resources' apply, one of the run.
        #expect(answer.errors.components(separatedBy: "spans did not reach the collector: it answered").count == 3)
        #expect(answer.errors.components(separatedBy: "lineage events did not reach").count == 2)
    }

    @Test func `nothing is traced that nobody asks for, or that whoever started it does not trace`() async throws {
        let project = try Project(["w.recipe": Self.recipe])
        let receiver = try await Receiver(in: project)
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
        for environment in [
            [:], ["OTEL_SDK_DISABLED": "true"], ["OTEL_TRACES_EXPORTER": "none"], ["TRACEPARENT": parent]
        ] as [[String: String]] {
            var environment = environment
            if !environment.isEmpty { environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.address }
            let answer = try await project.run(
                ["run", "w.recipe", "--yes", "--json", "--fresh"], environment: environment)
            #expect(answer.code == 0, "\(answer.output)\(answer.errors)")
            #expect(!answer.errors.contains("warning"), "\(answer.errors)")
        }
        await receiver.end()
        #expect(try receiver.documents(at: "/v1/traces").isEmpty)
    }
}
