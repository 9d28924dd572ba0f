// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

@testable import AWS

/// Rows of a feature group, on a server that says what the model of the service lets it: no imitation has these calls.
struct FeatureServerTests {
    private let types = ["id": "String", "at": "String", "rooms": "Integral", "price": "Fractional"]

    @Test func `rows are written one by one as texts, without what is null`() async throws {
        let server = try LoopbackServer { _, _ in .json("{}") }
        try await withRows(server) { rows in
            try await rows.write(
                WriteFeaturesRequest(
                    rows: (1...3).map {
                        ["id": .string("h\($0)"), "at": "2026-01-02T03:04:05Z", "rooms": .int($0), "price": .null]
                    },
                    context: Connection.context()))
            #expect(server.requests.count == 3 && server.requests.allSatisfy { $0.method == "PUT" })
            #expect(server.requests.allSatisfy { $0.path == "/FeatureGroup/houses" })
            let bodies = Set(server.requests.map(\.body))
            #expect(
                bodies.contains(
                    #"{"Record":[{"FeatureName":"id","ValueAsString":"h2"},{"FeatureName":"at","ValueAsString":"#
                        + #""2026-01-02T03:04:05Z"},{"FeatureName":"rooms","ValueAsString":"2"}]}"#))
        }
    }

    @Test(
        arguments: [
            (["id": "h"], "row 1 has no at"), (["id": "h", "at": "t", "color": "red"], "no feature 'color'")
        ] as [(ObjectValue, String)])
    func `a row that does not fit is refused before anything is written`(row: ObjectValue, words: String) async throws {
        let server = try LoopbackServer { _, _ in .json("{}") }
        try await withRows(server) { rows in
            let failure = await #expect(throws: CallError.self) {
                try await rows.write(WriteFeaturesRequest(rows: [row], context: Connection.context()))
            }
            #expect(failure?.reason == .invalid && failure?.diagnostic.message.contains(words) == true)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `rows are read in the order of the keys, with their types, again where the service was busy`()
        async throws
    {
        let server = try LoopbackServer { request, number in
            number == 0
                ? .json(
                    #"{"Records":[{"FeatureGroupName":"houses","RecordIdentifierValueAsString":"h2","Record":["#
                        + #"{"FeatureName":"id","ValueAsString":"h2"},{"FeatureName":"rooms","ValueAsString":"4"},"#
                        + #"{"FeatureName":"price","ValueAsString":"1.5"}]}],"Errors":[],"UnprocessedIdentifiers":["#
                        + #"{"FeatureGroupName":"houses","RecordIdentifiersValueAsString":["h1"]}]}"#)
                : .json(
                    #"{"Records":[{"FeatureGroupName":"houses","RecordIdentifierValueAsString":"h1","Record":["#
                        + #"{"FeatureName":"id","ValueAsString":"h1"}]}],"Errors":[],"UnprocessedIdentifiers":[]}"#)
        }
        try await withRows(server) { rows in
            let found = try await rows.online(
                OnlineFeaturesRequest(
                    keys: ["h1", "none", "h2", "h2"], features: ["rooms", "price"], context: Connection.context()))
            let second: ObjectValue = ["rooms": 4, "price": .float(1.5)]
            #expect(found == [[:], nil, second, second])
            #expect(server.requests.count == 2 && server.requests.allSatisfy { $0.path == "/BatchGetRecord" })
            #expect(
                server.requests.first?.body.contains(
                    #""RecordIdentifiersValueAsString":["h1","h2","none"]"#) == true)
            #expect(server.requests.last?.body.contains(#""RecordIdentifiersValueAsString":["h1"]"#) == true)
        }
    }

    @Test func `the history is the table of the catalog that the group names, where it keeps one`() async throws {
        let server = try LoopbackServer { _, number in
            let offline =
                #","OfflineStoreConfig":{"S3StorageConfig":{"S3Uri":"s3://history"},"DataCatalogConfig":"#
                + #"{"TableName":"houses_1","Catalog":"AwsDataCatalog","Database":"sagemaker_featurestore"}}"#
            return .json(
                #"{"FeatureGroupName":"houses","FeatureDefinitions":[{"FeatureName":"Id","FeatureType":"String"},"#
                    + #"{"FeatureName":"rooms","FeatureType":"Integral"}]"# + (number == 0 ? offline : "") + "}")
        }
        try await withRows(server) { rows in
            let history = try #require(try await rows.history(Connection.context()))
            #expect(history.name == "houses_1" && history.location == "glue:sagemaker_featurestore")
            #expect(history.columns.map(\.name) == ["id", "rooms", "write_time", "api_invocation_time", "is_deleted"])
            #expect(history.columns.map(\.type) == [.string, .int, .time, .time, .bool])
            #expect(try await rows.history(Connection.context()) == nil)
        }
    }

    private func withRows(
        _ server: LoopbackServer, _ body: (FeatureGroupRows) async throws -> Void
    ) async throws {
        try await Connection.with(server) { aws in
            try await body(
                FeatureGroupRows(
                    client: aws.client, services: aws.services, group: "houses", key: "id", eventTime: "at",
                    types: types))
        }
    }
}
