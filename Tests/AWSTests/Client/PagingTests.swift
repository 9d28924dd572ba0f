// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import AWS

struct PagingTests {
    @Test(
        arguments: [
            ("a.b", 1), ("list[-1].key", "y"), ("list[0].key", "x"), ("none || a.b", 1), ("list[].key", ["x", "y"]),
            ("list[5].key", Value?.none), ("empty || list[0].key", "x")
        ] as [(String, Value?)])
    func `a way into an answer`(path: String, wanted: Value?) {
        let answer: ObjectValue = ["a": ["b": 1], "empty": "", "list": [["key": "x"], ["key": "y"]]]
        #expect(AnswerPath(path).value(in: answer) == wanted)
    }

    @Test func `an empty page with a token is not the end, and a page that points to itself is`() async throws {
        let server = try LoopbackServer { request, number in
            switch number {
            case 0: .json("{\"Keys\":[],\"Truncated\":true,\"NextMarker\":\"m1\"}")
            case 1: .json("{\"Keys\":[{\"KeyId\":\"k\"}],\"Truncated\":false}")
            default: .json("{\"Keys\":[],\"Truncated\":true,\"NextMarker\":\"same\"}")
            }
        }
        try await Connection.with(server) { aws in
            let context = Connection.context()
            let keys = try await aws.client.items("kms", "ListKeys", context: context)
            #expect(keys == [["key_id": "k"]])
            #expect(server.requests.map(\.body) == ["{}", "{\"Marker\":\"m1\"}"])
            let failure = await #expect(throws: AWSFailure.self) {
                try await aws.client.items("kms", "ListKeys", context: context)
            }
            #expect(failure?.diagnostic.code == .awsAnswer)
        }
    }

    @Test func `every model can be read, and its pages lead somewhere`() throws {
        for service in ServiceModel.names {
            let model = try ServiceModel.named(service)
            #expect(!model.operations.isEmpty)
            for operation in model.operations.values {
                guard let paging = operation.paging else { continue }
                #expect(paging.input.count == paging.output.count, "\(service) \(operation.name)")
                for name in paging.input {
                    #expect(operation.input.member(name) != nil, "\(service) \(operation.name) \(name)")
                }
            }
        }
    }
}
