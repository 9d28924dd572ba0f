// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import ConvergeTestKit
import Foundation
import PluginFixtures
import Synchronization
import Testing

@testable import AWS

/// Models behind an alias, on a server that keeps what Lambda would; the client holds each call to AWS's model.
struct FunctionModelsTests {
    @Test func `a version is published once, and the alias leads to it when it answers`() async throws {
        try await withFunction { aws, host, lambda in
            let first = try await aws.model("one", version: 1)
            let context = Connection.context()
            let begun = try await host.deploy(DeployModelRequest(model: first, weight: 10, context: context))
            // The first version gets all.
            #expect(begun.weights == ["prices@1": 100] && begun.versions.first?.isHealthy == true)
            #expect(begun.url == "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions/shop:live/invocations")
            #expect(lambda.description(2)?.hasPrefix("converge-model \(context.token.text) ") == true)
            #expect(lambda.asked == ["2"])
            // A repeat under the token changes nothing.
            let moves = lambda.moves
            #expect(
                try await host.deploy(DeployModelRequest(model: first, context: context)).weights == ["prices@1": 100])
            #expect(lambda.moves == moves && lambda.asked == ["2"])

            // A deployment that was killed before the alias moved has published its version by then.
            lambda.takesBack()
            let again = try await host.deploy(DeployModelRequest(model: first, context: context))
            #expect(again.weights == ["prices@1": 100] && lambda.asked == ["2", "2"] && lambda.newest == 2)
        }
    }

    @Test func `a share is given, moved at once, and only from what it was`() async throws {
        try await withFunction { aws, host, lambda in
            let (first, second) = (try await aws.model("one", version: 1), try await aws.model("two", version: 2))
            _ = try await host.deploy(DeployModelRequest(model: first, context: Connection.context()))
            let trial = try await host.deploy(
                DeployModelRequest(model: second, weight: 12.5, context: Connection.context()))
            #expect(trial.weights == ["prices@1": 87.5, "prices@2": 12.5])
            #expect(trial.versions.map(\.version) == ["prices@2", "prices@1"])
            #expect(trial.versions.map(\.requests) == [7, 7] && trial.versions.map(\.errors) == [2, 2])

            let conflict = await #expect(throws: CallError.self) {
                try await host.shift(
                    ShiftRequest(
                        weights: ["prices@2": 100], expected: ["prices@1": 50, "prices@2": 50],
                        context: Connection.context()))
            }
            #expect(conflict?.reason == .conflict)
            for weights in [["prices@3": 100.0], ["prices@2": 50.0]] {
                await #expect(throws: CallError.self) {
                    try await host.shift(ShiftRequest(weights: weights, context: Connection.context()))
                }
            }
            // Somebody is quicker between the look and the move.
            lambda.isOvertaken = true
            let overtaken = await #expect(throws: CallError.self) {
                try await host.shift(ShiftRequest(weights: ["prices@2": 100], context: Connection.context()))
            }
            #expect(overtaken?.reason == .conflict)
            lambda.isOvertaken = false
            let shifted = try await host.shift(
                ShiftRequest(weights: ["prices@2": 100], expected: trial.weights, context: Connection.context()))
            #expect(shifted.weights == ["prices@1": 0, "prices@2": 100])
            // What is kept for being wanted back is not published again.
            let back = try await host.deploy(DeployModelRequest(model: first, context: Connection.context()))
            #expect(back.weights == ["prices@1": 100] && lambda.newest == 3)
            let third = try await host.deploy(
                DeployModelRequest(
                    model: try await aws.model("three", version: 3), context: Connection.context()))
            #expect(third.weights == ["prices@3": 100] && lambda.deleted == ["3"])
        }
    }

    @Test func `a model that does not answer leaves what was there`() async throws {
        try await withFunction { aws, host, lambda in
            _ = try await host.deploy(
                DeployModelRequest(model: try await aws.model("one", version: 1), context: Connection.context()))
            lambda.refusal = "Task timed out after 3.00 seconds"
            let error = await #expect(throws: CallError.self) {
                try await host.deploy(
                    DeployModelRequest(model: try await aws.model("two", version: 2), context: Connection.context()))
            }
            #expect(
                error?.diagnostic.message
                    == "the model 'prices' does not come into service: Task timed out after 3.00 seconds")
            #expect(error?.diagnostic.help == ["give the function a longer `timeout`"])
            #expect(try await host.current(Connection.context()).weights == ["prices@1": 100])
        }
    }

    @Test func `what a function cannot serve is refused before anything changes`() async throws {
        try await withFunction { aws, host, lambda in
            for text in ["{}", "{\"serve\": {\"image\": \"own:1\"}}", "{\"serve\": {\"command\": [1]}}"] {
                let model = try await aws.model("one", version: 1, description: text)
                let error = await #expect(throws: CallError.self) {
                    try await host.deploy(DeployModelRequest(model: model, context: Connection.context()))
                }
                #expect(error?.field == "model")
            }
            lambda.runtime = "nodejs22.x"
            let error = await #expect(throws: CallError.self) {
                try await host.deploy(
                    DeployModelRequest(model: try await aws.model("one", version: 1), context: Connection.context()))
            }
            #expect(error?.diagnostic.message.contains("does not run Python") == true)
            #expect(lambda.newest == 1 && lambda.moves == 0)
        }
    }

    @Test func `the description of a version says which model it holds, whatever its name`() {
        let mark = ModelMark(token: "t1", digest: "d1", number: nil, name: String(repeating: "long name ", count: 30))
        #expect(mark.text.utf16.count < 256 && ModelMark(mark.text) == mark)
        #expect(ModelMark("Code of main.py") == nil)
    }

    private func withFunction(
        _ body: (Connection, FunctionModels, FunctionServer) async throws -> Void
    ) async throws {
        let lambda = FunctionServer()
        let server = try LoopbackServer { request, _ in lambda.answer(request) }
        try await Connection.with(server) { aws in
            try await body(
                aws,
                FunctionModels(
                    client: aws.client, services: aws.services, function: "shop", alias: "live", models: nil), lambda)
        }
    }
}

extension Connection {
    /// A model that is kept.
    fileprivate func model(
        _ answer: String, version: Int64?,
        description: String = "{\"serve\": {\"command\": [\"python3\", \"serve.py\"]}}"
    ) async throws -> Reference {
        let folder = try TemporaryFolder()
        try folder.write(description, to: "model/model.json")
        try folder.write(answer, to: "model/answer")
        let kept = try await services.files.keep(path: folder.path + "/model")
        return Reference(
            type: "Model", resource: nil, name: "prices",
            attributes: ["version": version.map { .int($0) } ?? .null, "digest": .string(kept.digest)])
    }
}

/// What Lambda keeps of one function, which was declared with a placeholder, its first version.
private final class FunctionServer: Sendable {
    private struct State {
        var versions: [(number: Int, description: String)] = [(1, "")]
        var code = 0
        var changes = 0
        var main = "1"
        var others: ObjectValue = [:]
        var revision = 1
        var moves = 0
        var asked: [String] = []
        var deleted: [String] = []
        var refusal: String?
        var runtime = "python3.13"
        var isOvertaken = false
    }

    private let state = Mutex(State())

    var newest: Int { state.withLock { $0.versions.last?.number ?? 0 } }
    var moves: Int { state.withLock { $0.moves } }
    var asked: [String] { state.withLock { $0.asked } }
    var deleted: [String] { state.withLock { $0.deleted } }
    var refusal: String? {
        get { state.withLock { $0.refusal } }
        set { state.withLock { $0.refusal = newValue } }
    }
    var runtime: String {
        get { state.withLock { $0.runtime } }
        set { state.withLock { $0.runtime = newValue } }
    }
    var isOvertaken: Bool {
        get { state.withLock { $0.isOvertaken } }
        set { state.withLock { $0.isOvertaken = newValue } }
    }

    func description(_ number: Int) -> String? {
        state.withLock { $0.versions.first { $0.number == number }?.description }
    }

    /// The alias leads to the placeholder again.
    func takesBack() { state.withLock { ($0.main, $0.others) = ("1", [:]) } }

    func answer(_ request: LoopbackServer.Request) -> LoopbackServer.Answer {
        let input = (try? Value(foreignJSON: Array(request.body.utf8)))?.object ?? [:]
        let parts = request.path.split(separator: "?")
        let path = String(parts.first ?? "").replacingOccurrences(of: "/2015-03-31/functions/shop", with: "")
        let qualifier = parts.dropFirst().first.map { $0.replacingOccurrences(of: "Qualifier=", with: "") }
        if input["MetricDataQueries"] != nil { return measures(input) }
        return state.withLock { state in
            switch (request.method, path) {
            case ("GET", "/aliases/live"): return alias(state)
            case ("PUT", "/aliases/live"):
                guard input["RevisionId"]?.string == "\(state.revision)", !state.isOvertaken else {
                    return LoopbackServer.Answer(
                        status: 412, headers: ["x-amzn-ErrorType": "PreconditionFailedException"],
                        body: "{\"Type\":\"User\",\"Message\":\"another revision\"}")
                }
                state.main = input["FunctionVersion"]?.string ?? ""
                state.others = input["RoutingConfig"]?.object?["AdditionalVersionWeights"]?.object ?? [:]
                state.revision += 1
                state.moves += 1
                return alias(state)
            case ("GET", "/versions"):
                let versions = state.versions.map { version -> Value in
                    [
                        "Version": .string("\(version.number)"), "Description": .string(version.description),
                        "State": "Active"
                    ]
                }
                return .json(Value.object(["Versions": .list([["Version": "$LATEST"]] + versions)]).plainJSON)
            case ("PUT", "/code"):
                state.code += 1
                state.changes = 2
                return .json("{\"CodeSha256\":\"c\(state.code)\"}")
            case ("POST", "/versions"):
                guard input["CodeSha256"]?.string == "c\(state.code)", state.changes <= 0 else {
                    return LoopbackServer.Answer(
                        status: 409, headers: ["x-amzn-ErrorType": "ResourceConflictException"],
                        body: "{\"Message\":\"an update is in progress\"}")
                }
                let number = (state.versions.last?.number ?? 0) + 1
                state.versions.append((number, input["Description"]?.string ?? ""))
                return .json("{\"Version\":\"\(number)\"}", status: 201)
            case ("GET", ""):
                state.changes -= 1
                return .json(
                    Value.object([
                        "Configuration": [
                            "Handler": "main.handle", "Runtime": .string(state.runtime), "State": "Active",
                            "LastUpdateStatus": state.changes > 0 ? "InProgress" : "Successful"
                        ]
                    ]).plainJSON)
            case ("POST", "/invocations"):
                state.asked.append(qualifier ?? "")
                guard let refusal = state.refusal else { return .json("{\"ready\": true}") }
                return .json(
                    "{\"errorMessage\":\"\(refusal)\"}", headers: ["X-Amz-Function-Error": "Unhandled"])
            case ("DELETE", ""):
                state.deleted.append(qualifier ?? "")
                state.versions.removeAll { "\($0.number)" == qualifier }
                return .json("", status: 204)
            default: return .error("InvalidRequest", "\(request.method) \(request.path) is not known here")
            }
        }
    }

    private func alias(_ state: State) -> LoopbackServer.Answer {
        .json(
            Value.object([
                "Name": "live", "FunctionVersion": .string(state.main), "RevisionId": .string("\(state.revision)"),
                "RoutingConfig": ["AdditionalVersionWeights": .object(state.others)]
            ]).plainJSON)
    }

    private func measures(_ input: ObjectValue) -> LoopbackServer.Answer {
        let results = (input["MetricDataQueries"]?.list ?? []).compactMap(\.object).map { query -> Value in
            let isError = query["Id"]?.string?.hasPrefix("e") ?? false
            return [
                "Id": query["Id"] ?? .null, "Timestamps": [1_700_000_000, 1_700_000_060],
                "Values": isError ? [1.0, 1.0] : [3.0, 4.0]
            ]
        }
        return .json(Value.object(["MetricDataResults": .list(results)]).plainJSON)
    }
}
