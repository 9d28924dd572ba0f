// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Synchronization
import Testing

struct TrainTests {
    /// A trainer for sh: counts the rows, leaves a model that remembers the parameter.
    static let trainer = """
        set -e
        . ./lib/settings.sh
        rows=$(($(wc -l < "$CONVERGE_INPUT_ORDERS") - 1))
        cmp "$CONVERGE_INPUT_ORDERS" inputs/orders.csv
        head -n 1 inputs/orders.csv
        echo "{\\"rows\\": $rows, \\"score\\": 0.$CONVERGE_PARAM_QUALITY}" > "$CONVERGE_METRICS"
        echo "{\\"serve\\": {\\"command\\": [\\"$NAME\\"]}}" > "$CONVERGE_MODEL/model.json"
        cp "$CONVERGE_PARAMS" "$CONVERGE_MODEL/params.json"
        echo chart > "$CONVERGE_ARTIFACTS/chart.txt"
        echo trained >&2
        """

    static func bench(secrets: [String: String] = [:]) async throws -> (Workbench, Reference) {
        let bench = try await Workbench(secrets: secrets)
        try bench.recipe.write(trainer, to: "train.sh")
        try bench.recipe.write("NAME=me\n", to: "lib/settings.sh")
        try bench.recipe.write("customer,n\n\"a, \"\"b\"\"\",1\n,2\n\"\",3.5\n", to: "a.csv")
        let response = try await bench.step("Ingest", "orders", ["from": "a.csv", "into": .reference(bench.warehouse)])
        return (bench, try response.table())
    }

    static func inputs(_ bench: Workbench, _ orders: Reference) -> ObjectValue {
        [
            "command": ["sh", "train.sh"], "files": ["train.sh", "lib"], "inputs": ["orders": .reference(orders)],
            "params": ["quality": 75, "deep": ["list": [1, 2]]], "track": .reference(bench.tracking), "framework": "sh"
        ]
    }

    @Test func `A program makes a model, which is measured, kept, tracked and registered`() async throws {
        let (bench, orders) = try await Self.bench()
        let response = try await bench.step("Train", "fit", Self.inputs(bench, orders))
        #expect(response.outputs["metrics"] == ["rows": 3.0, "score": 0.75])
        let model = try #require(response.outputs["model"]?.reference)
        #expect(model.name == "fit" && model.resource == Address("tracking"))
        #expect(model.attributes["version"] == 1)
        let digest = try #require(model.attributes["digest"]?.string)
        let path = try #require(await bench.services.files.path(ofDigest: digest))
        #expect(
            try String(contentsOfFile: path + "/model.json", encoding: .utf8)
                == "{\"serve\": {\"command\": [\"me\"]}}\n")
        let params = try Value(json: try String(contentsOfFile: path + "/params.json", encoding: .utf8))
        #expect(params == ["quality": 75, "deep": ["list": [1, 2]]])
        #expect(response.outputs["artifacts"]?.object?.keys == ["chart.txt"])
        #expect(response.reads == [orders])
        #expect(bench.log.contains("customer,n") && bench.log.contains("trained"))

        let tracker = try #require(
            try await bench.facet("ExperimentTracker", of: Address("tracking")) as? any ExperimentTracker)
        let runs = try await tracker.search(
            SearchRunsRequest(experiment: "fit", context: Workbench.context("search", token: "search")))
        #expect(runs.map(\.status) == [.finished])
        #expect(response.outputs["tracked_run"] == runs.first.map { .string($0.id) })
        #expect(runs.first?.metrics["score"] == 0.75)
        #expect(runs.first?.parameters["quality"] == 75)
    }

    @Test func `A tracker that keeps no models tracks the run, and is refused where the recipe names a model`()
        async throws
    {
        let (bench, orders) = try await Self.bench()
        // Lakes keep no models, and this one tracks.
        let tracker = try await bench.facet("ExperimentTracker", of: Address("tracking"))
        bench.facets.withLock { $0["lake ExperimentTracker"] = tracker }
        var inputs = Self.inputs(bench, orders)
        inputs["track"] = .reference(bench.lake)
        let response = try await bench.step("Train", "fit", inputs)
        let model = try #require(response.outputs["model"]?.reference)
        #expect(model.name == "fit" && model.resource == nil && model.attributes["version"] == .null)
        #expect(response.outputs["tracked_run"]?.string != nil)
        #expect(bench.log.contains("the tracker keeps no models, so that fit is not registered"))

        inputs["register"] = "prices"
        #expect(try await bench.failure("Train", "fit", inputs).code == .callUnsupported)
    }

    @Test func `Tables are exported as RFC 4180 has them`() async throws {
        let (bench, orders) = try await Self.bench()
        var inputs = Self.inputs(bench, orders)
        try bench.recipe.write("cp inputs/orders.csv \"$CONVERGE_ARTIFACTS\"; " + Self.trainer, to: "train.sh")
        inputs["track"] = .null
        let response = try await bench.step("Train", "fit", inputs)
        let artifact = try #require(response.outputs["artifacts"]?.object?["orders.csv"]?.reference)
        let path = try #require(artifact.attributes["path"]?.string)
        #expect(
            try String(contentsOfFile: path, encoding: .utf8) == "customer,n\n\"a, \"\"b\"\"\",1.0\n,2.0\n\"\",3.5\n")
        #expect(response.outputs["model"]?.reference?.resource == nil)
        #expect(response.outputs["tracked_run"] == .null)
    }

    @Test func `A program sees the files that its command names, and nothing else`() async throws {
        let bench = try await Workbench()
        try bench.recipe.write(
            "ls > \"$CONVERGE_ARTIFACTS/seen\"; echo {} > \"$CONVERGE_MODEL/model.json\"", to: "a.sh")
        try bench.recipe.write("", to: "other.txt")
        try bench.recipe.write("", to: "named.txt")
        let response = try await bench.step("Train", "fit", ["command": ["sh", "a.sh", "named.txt", "word"]])
        let seen = try #require(response.outputs["artifacts"]?.object?["seen"]?.reference?.attributes["path"]?.string)
        #expect(try String(contentsOfFile: seen, encoding: .utf8) == "a.sh\ninputs\nnamed.txt\n")
    }

    @Test(arguments: [
        ("exit 3", "D0501", "'sh train.sh' ended with code 3"),
        ("kill -9 $$", "D0501", "'sh train.sh' was ended by signal 9"),
        (":", "D0505", "the program left no model: there is no model.json"),
        (
            "echo '[1' > $CONVERGE_MODEL/model.json", "D0505",
            "the model's model.json cannot be read: at byte 3: a comma or ']' should be here"
        ),
        (
            "echo '{\"a\": \"x\"}' > $CONVERGE_METRICS", "D0504",
            "the program's metrics cannot be used: 'a' is \"x\", not a number"
        ),
        (
            "echo '{\"a\": NaN}' > $CONVERGE_METRICS", "D0504",
            "the program's metrics cannot be used: the file is not JSON at byte 6: a value should be here"
        )
    ])
    func `A program that fails is told with its reason, and its run as failed`(
        script: String, code: String, message: String
    ) async throws {
        let bench = try await Workbench()
        try bench.recipe.write("echo before\n" + script + "\n", to: "train.sh")
        let failure = try await bench.failure(
            "Train", "fit", ["command": ["sh", "train.sh"], "track": .reference(bench.tracking)])
        #expect(failure.code.text == code)
        #expect(failure.message == message)
        let tracker = try #require(
            try await bench.facet("ExperimentTracker", of: Address("tracking")) as? any ExperimentTracker)
        let runs = try await tracker.search(SearchRunsRequest(context: Workbench.context("s", token: "s")))
        #expect(runs.map(\.status) == [.failed])
    }

    @Test(
        arguments: [
            (["command": ["no-such-program-here"]], "D0502"),
            (["command": ["sh"], "files": ["gone.py"]], "D0001"),
            (["command": ["sh"], "params": ["key": .secret(SecretReference(source: "env", name: "KEY"))]], "D0506"),
            (
                ["command": ["sh"], "inputs": ["a": .reference(Reference(type: "Artifact", resource: nil, name: "x"))]],
                "D0507"
            )
        ] as [(ObjectValue, String)])
    func `What a step asks for must be there`(inputs: ObjectValue, code: String) async throws {
        let bench = try await Workbench()
        #expect(try await bench.failure("Train", "fit", inputs).code.text == code)
    }

    @Test func `Secrets reach a program by its environment and stay out of the log`() async throws {
        let (bench, orders) = try await Self.bench(secrets: ["TOKEN": "hunter2-hunter2"])
        var inputs = Self.inputs(bench, orders)
        try bench.recipe.write("echo \"token $TOKEN\"; " + Self.trainer, to: "train.sh")
        inputs["env"] = ["TOKEN": .secret(SecretReference(source: "env", name: "TOKEN"))]
        try await bench.step("Train", "fit", inputs)
        #expect(bench.log.contains { $0.hasPrefix("token ") })
        #expect(!bench.log.contains { $0.contains("hunter2") })
    }

    @Test func `A trained model holds while its program and what was kept are there`() async throws {
        let (bench, orders) = try await Self.bench()
        let inputs = Self.inputs(bench, orders)
        let response = try await bench.step("Train", "fit", inputs)
        let (executor, request) = try bench.prepare("Train", "fit", inputs)
        #expect(try await executor.sources(request) == ["train.sh", "lib"].map { bench.recipe.path + "/" + $0 })
        #expect(try await executor.stillHolds(response, request))
        var gone = response
        gone.outputs["model"] = .reference(
            Reference(
                type: "Model", resource: nil, name: "fit",
                attributes: ["digest": .string(String(repeating: "0", count: 64))]))
        #expect(try await !executor.stillHolds(gone, request))
    }
}
