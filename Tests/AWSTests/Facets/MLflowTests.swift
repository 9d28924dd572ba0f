// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import Testing

@testable import AWS

/// Runs and models on MLflow's own server.
@Suite(.serialized, .enabled(if: mlflowIsInstalled, "mlflow is not installed"))
struct MLflowTests {
    @Test func `a run is begun once under a token, and tells what was recorded, once each`() async throws {
        try await withServer { aws, server in
            let runs = MLflowRuns(server: server)
            let context = Connection.context()
            let experiment = Connection.name("it's \"shop\"")
            #expect(try await runs.search(SearchRunsRequest(experiment: experiment, context: context)).isEmpty)
            let request = BeginRunRequest(
                experiment: experiment, name: "run-1 train", tags: ["framework": "none"], context: context)
            let begun = try await runs.begin(request)
            #expect(begun.name == "run-1 train" && begun.status == .running && begun.ended == nil)
            #expect(try await runs.begin(request) == begun)
            let time = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
            var parameters: ObjectValue = ["kind": "tree", "depth": 3, "sizes": [1, 2], "share": .float(0.5)]
            for number in 0..<120 { parameters["p\(number)"] = .int(Int64(number)) }
            let record = RecordRequest(
                run: begun.id, parameters: parameters,
                metrics: [
                    RecordedMetric(name: "loss", value: 0.5, step: 1, time: time),
                    RecordedMetric(name: "loss", value: 0.25, step: 2, time: time),
                    RecordedMetric(name: "odd", value: .nan, time: time),
                    RecordedMetric(name: "wide", value: .infinity, time: time)
                ], context: context)
            try await runs.record(record)
            try await runs.record(record)
            try await runs.end(EndRunRequest(run: begun.id, status: .finished, context: context))
            let found = try await runs.search(SearchRunsRequest(experiment: experiment, context: context))
            let run = try #require(found.first)
            #expect(found.count == 1 && run.id == begun.id && run.status == .finished && run.ended != nil)
            #expect(run.parameters["depth"] == "3" && run.parameters["sizes"] == "[1,2]" && run.parameters.count == 124)
            #expect(run.metrics["loss"]?.number == 0.25 && run.metrics["odd"]?.string == "NaN")
            // A second end changes nothing.
            try await runs.end(EndRunRequest(run: begun.id, status: .finished, context: context))
            #expect(try await runs.search(SearchRunsRequest(experiment: experiment, context: context)) == found)
            _ = try await runs.begin(
                BeginRunRequest(experiment: experiment, name: "two", context: Connection.context()))
            let newest = try await runs.search(SearchRunsRequest(experiment: experiment, limit: 1, context: context))
            #expect(newest.count == 1)
            let all = try await runs.search(SearchRunsRequest(limit: 1000, context: context))
            #expect(all.filter { $0.experiment == experiment }.count == 2)

            let other = RecordRequest(run: begun.id, parameters: ["kind": "forest"], context: context)
            let refused = await #expect(throws: CallError.self) { try await runs.record(other) }
            #expect(refused?.reason == .invalid && refused?.diagnostic.message.hasPrefix("MLflow refuses: ") == true)
            let absent = RecordRequest(run: "0", metrics: record.metrics, context: context)
            let missing = await #expect(throws: CallError.self) { try await runs.record(absent) }
            #expect(missing?.reason == .notFound)
        }
    }

    @Test func `a model is registered with its files, found by alias, and fetched where this project lacks it`()
        async throws
    {
        try await withServer { aws, server in
            let runs = MLflowRuns(server: server)
            let models = MLflowModels(server: server)
            let context = Connection.context()
            let name = Connection.name("it's a price")
            #expect(try await model(models, name, .newest) == nil)
            let run = try await runs.begin(BeginRunRequest(experiment: name, name: "one", context: context))
            let package = try await package(aws, "first")
            try await runs.record(RecordRequest(run: run.id, artifacts: ["model": package], context: context))
            let request = RegisterModelRequest(
                name: name, package: package, run: run.id, metrics: ["rmse": .float(0.5)], context: context)
            let made = try await models.register(request)
            #expect(made.version == 1 && made.digest == package.digest && made.path == package.path)
            #expect(made.metrics == ["rmse": .float(0.5)] && made.run == run.id && made.aliases == [])
            #expect(try await models.register(request) == made)
            // The same content by another operation is the same version, other content the next.
            let same = RegisterModelRequest(
                name: name, package: package, run: nil, metrics: [:], context: Connection.context())
            #expect(try await models.register(same) == made)
            let second = try await models.register(
                RegisterModelRequest(
                    name: name, package: try await self.package(aws, "second"), run: nil, metrics: [:],
                    context: Connection.context()))
            #expect(second.version == 2 && second.run != nil && second.run != run.id)

            try await models.alias(
                AliasRequest(name: name, alias: "production", version: 1, expected: nil, context: context))
            try await models.alias(
                AliasRequest(name: name, alias: "production", version: 2, expected: 1, context: context))
            let moved = await #expect(throws: CallError.self) {
                try await models.alias(
                    AliasRequest(name: name, alias: "production", version: 1, expected: 1, context: context))
            }
            #expect(moved?.reason == .conflict)
            let none = await #expect(throws: CallError.self) {
                try await models.alias(
                    AliasRequest(name: name, alias: "production", version: 9, expected: 2, context: context))
            }
            #expect(none?.reason == .notFound)
            #expect(try await model(models, name, .alias("production"))?.aliases == ["production"])
            #expect(try await model(models, name, .alias("other")) == nil)
            #expect(try await model(models, name, .version(7)) == nil)
            #expect(try await model(models, name, .newest)?.version == 2)

            // Another project has nothing of it yet.
            try await Connection.with(["region": "eu-west-1"]) { elsewhere in
                let far = MLflowModels(server: MLflowServer(address: server.address, services: elsewhere.services))
                for (version, kept) in [(made, package.digest), (second, second.digest)] {
                    let found = try #require(try await model(far, name, .version(version.version)))
                    #expect(found.digest == kept)
                    let path = try #require(found.path)
                    #expect(FileManager.default.isExecutableFile(atPath: path + "/bin/serve me.py"))
                    #expect(FileManager.default.fileExists(atPath: path + "/model.json"))
                }
            }
        }
    }

    private func model(
        _ models: MLflowModels, _ name: String, _ choice: ModelRequest.Choice
    ) async throws -> RegisteredModel? {
        try await models.model(ModelRequest(name: name, choice: choice, context: Connection.context()))
    }

    private func package(_ aws: Connection, _ word: String) async throws -> KeptArtifact {
        let folder = NSTemporaryDirectory() + Connection.name("package")
        try FileManager.default.createDirectory(atPath: folder + "/bin", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(#"{"word":"\#(word)"}"#.utf8).write(to: URL(fileURLWithPath: folder + "/model.json"))
        let program = folder + "/bin/serve me.py"
        try Data("print('\(word)')".utf8).write(to: URL(fileURLWithPath: program))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        return try await aws.services.files.keep(path: folder)
    }

    private func withServer(_ body: (Connection, MLflowServer) async throws -> Void) async throws {
        let address = try await MLflowProcess.shared.address()
        try await Connection.with(["region": "eu-west-1"]) { aws in
            try await body(aws, MLflowServer(address: address, services: aws.services))
        }
    }
}

/// What a server does that is not well.
struct MLflowFailureTests {
    @Test func `a server that is not well is asked again, and what it says is told`() async throws {
        let server = try LoopbackServer { _, number in
            switch number {
            case 0: .json("<html>", status: 502)
            case 1: LoopbackServer.Answer(body: #"{"experiments":[]}"#, isCut: true)
            case 2: .json(#"{"experiments":[]}"#)
            default: .json(#"{"error_code":"PERMISSION_DENIED","message":"not you\nat all"}"#, status: 403)
            }
        }
        try await Connection.with(server) { aws in
            let runs = MLflowRuns(server: MLflowServer(address: server.address, services: aws.services))
            let request = SearchRunsRequest(context: Connection.context())
            let found = try await runs.search(request)
            #expect(found.isEmpty)
            let denied = await #expect(throws: CallError.self) { try await runs.search(request) }
            #expect(denied?.reason == .denied && denied?.diagnostic.message == "MLflow refuses: not you")
        }
    }

    @Test(arguments: [nil, "", "s3://bucket/1/r/artifacts", "mlflow-artifacts://other/1/r"])
    func `files that the server does not keep itself are refused`(uri: String?) throws {
        let refused = #expect(throws: CallError.self) { try MLflowFiles.root(at: uri ?? "/tmp/files") }
        #expect(refused?.reason == .unsupported(feature: "artifacts"))
    }
}
