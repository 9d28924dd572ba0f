// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginHost
import Testing

struct TrackingTests {
    private func model(_ platform: LocalPlatform, _ content: String) async throws -> KeptArtifact {
        let file = try platform.file("model-\(content)/model.json", content)
        return try await platform.services.files.keep(path: String(file.dropLast("/model.json".count)))
    }

    @Test func `runs keep parameters and the last value of each metric`() async throws {
        try await LocalPlatform.with { platform in
            let tracker = try await platform.facet(
                (any ExperimentTracker).self, "ExperimentTracker", of: "local.Tracker")
            let context = LocalPlatform.context("begin")
            let request = BeginRunRequest(experiment: "recommend", name: "first", context: context)
            let run = try await tracker.begin(request)
            #expect(try await tracker.begin(request) == run)
            let record = RecordRequest(
                run: run.id, parameters: ["neighbours": 50, "method": "similar"],
                metrics: [
                    RecordedMetric(name: "loss", value: 2, step: 1, time: Timestamp(nanoseconds: 1)),
                    RecordedMetric(name: "loss", value: 1, step: 2, time: Timestamp(nanoseconds: 2))
                ], artifacts: ["plot": try await model(platform, "{}")], context: LocalPlatform.context())
            try await tracker.record(record)
            try await tracker.record(record)
            try await tracker.end(EndRunRequest(run: run.id, status: .finished, context: LocalPlatform.context()))
            let other = try await tracker.begin(
                BeginRunRequest(experiment: "other", name: "second", context: LocalPlatform.context()))
            let found = try await tracker.search(SearchRunsRequest(experiment: "recommend", context: context))
            #expect(found.map(\.id) == [run.id])
            #expect(found.first?.parameters == ["neighbours": 50, "method": "similar"])
            #expect(found.first?.metrics == ["loss": 1.0])
            #expect(found.first?.status == .finished)
            #expect(found.first?.ended != nil)
            #expect(try await tracker.search(SearchRunsRequest(context: context)).map(\.id) == [other.id, run.id])
            let error = await #expect(throws: CallError.self) {
                try await tracker.record(RecordRequest(run: "none", context: context))
            }
            #expect(error?.reason == .notFound)
        }
    }

    @Test func `models get versions, and equal content the same one`() async throws {
        try await LocalPlatform.with { platform in
            let registry = try await platform.facet((any ModelRegistry).self, "ModelRegistry", of: "local.Tracker")
            let one = try await model(platform, "1")
            let two = try await model(platform, "2")
            func register(_ package: KeptArtifact, _ token: String) async throws -> Int64 {
                try await registry.register(
                    RegisterModelRequest(
                        name: "m", package: package, run: "r", metrics: ["recall": 0.5],
                        context: LocalPlatform.context(token))
                ).version
            }
            #expect(try await register(one, "a") == 1)
            #expect(try await register(one, "b") == 1)
            #expect(try await register(two, "c") == 2)
            #expect(try await register(one, "d") == 3)
            #expect(try await register(one, "c") == 2)
            let newest = try await registry.model(
                ModelRequest(name: "m", choice: .newest, context: LocalPlatform.context()))
            #expect(newest?.version == 3)
            #expect(newest?.digest == one.digest)
            #expect(newest?.path == one.path)
            #expect(newest?.metrics == ["recall": 0.5])
            let none = try await registry.model(
                ModelRequest(name: "m", choice: .alias("production"), context: LocalPlatform.context()))
            #expect(none == nil)
        }
    }

    @Test func `a model whose files are gone is known all the same, so that another can take its place`() async throws {
        try await LocalPlatform.with { platform in
            let registry = try await platform.facet((any ModelRegistry).self, "ModelRegistry", of: "local.Tracker")
            let package = try await model(platform, "1")
            _ = try await registry.register(
                RegisterModelRequest(
                    name: "m", package: package, run: nil, metrics: ["recall": 0.5], context: LocalPlatform.context()))
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: package.path)
            try FileManager.default.removeItem(atPath: package.path)
            let known = try await registry.model(
                ModelRequest(name: "m", choice: .newest, context: LocalPlatform.context()))
            #expect(known?.version == 1)
            #expect(known?.metrics == ["recall": 0.5])
            #expect(known?.path == nil)
            #expect(known?.reference(in: nil).attributes["path"] == .null)
        }
    }

    @Test func `an alias moves only from where it is believed to be`() async throws {
        try await LocalPlatform.with { platform in
            let registry = try await platform.facet((any ModelRegistry).self, "ModelRegistry", of: "local.Tracker")
            for content in ["1", "2"] {
                _ = try await registry.register(
                    RegisterModelRequest(
                        name: "m", package: try await model(platform, content), run: nil, metrics: [:],
                        context: LocalPlatform.context()))
            }
            func point(_ version: Int64, expecting expected: Int64?) async throws {
                try await registry.alias(
                    AliasRequest(
                        name: "m", alias: "production", version: version, expected: expected,
                        context: LocalPlatform.context()))
            }
            try await point(1, expecting: nil)
            try await point(1, expecting: nil)
            let moved = await #expect(throws: CallError.self) { try await point(2, expecting: nil) }
            #expect(moved?.reason == .conflict)
            try await point(2, expecting: 1)
            let missing = await #expect(throws: CallError.self) { try await point(9, expecting: 2) }
            #expect(missing?.reason == .notFound)
            let now = try await registry.model(
                ModelRequest(name: "m", choice: .alias("production"), context: LocalPlatform.context()))
            #expect(now?.version == 2)
            #expect(now?.aliases == ["production"])
        }
    }

    @Test func `a tracker with a lake leaves copies of its files there`() async throws {
        try await LocalPlatform.with { platform in
            let lake = try await platform.facet(
                (any ObjectStore).self, "ObjectStore", of: "local.Lake", ["name": "files"])
            let listed = try await platform.connect().list(
                ListRequest(kind: "local.Lake", context: LocalPlatform.context()))
            let id = try #require(listed.items.first?.id)
            let registry = try await platform.facet(
                (any ModelRegistry).self, "ModelRegistry", of: "local.Tracker", ["artifacts": .string(id)])
            let package = try await model(platform, "1")
            _ = try await registry.register(
                RegisterModelRequest(
                    name: "m", package: package, run: nil, metrics: [:], context: LocalPlatform.context()))
            let objects = try await lake.list(ListObjectsRequest(context: LocalPlatform.context())).objects
            #expect(objects.map(\.key) == ["models/m/\(package.digest)/model.json"])
        }
    }
}
