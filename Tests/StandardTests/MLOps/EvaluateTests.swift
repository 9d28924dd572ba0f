// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginFixtures
import Testing

struct EvaluateTests {
    /// Trains a model of a quality, which the judge finds out again.
    private func model(_ bench: Workbench, _ orders: Reference, quality: Int, _ name: String = "fit") async throws
        -> Value
    {
        var inputs = TrainTests.inputs(bench, orders)
        inputs["params"] = ["quality": .int(Int64(quality))]
        inputs["register"] = .string(name)
        return try #require(try await bench.step("Train", name, inputs).outputs["model"])
    }

    private func bench() async throws -> (Workbench, Reference) {
        let (bench, orders) = try await TrainTests.bench()
        try bench.recipe.write(
            """
            quality=$(sed -n 's/.*"quality": \\([0-9]*\\).*/\\1/p' "$CONVERGE_MODEL/params.json")
            test -s "$CONVERGE_INPUT_DATA" || exit 9
            echo "{\\"score\\": 0.$quality, \\"error\\": 0.$((99 - quality))}" > "$CONVERGE_METRICS"
            """, to: "judge.sh")
        return (bench, orders)
    }

    private func inputs(_ model: Value, _ orders: Reference, _ more: ObjectValue) -> ObjectValue {
        (["model": model, "data": .reference(orders), "command": ["sh", "judge.sh"]] as ObjectValue).merging(more)
    }

    @Test func `A model is held to thresholds, a baseline and what is in production`() async throws {
        let (bench, orders) = try await bench()
        let weak = try await model(bench, orders, quality: 40, "weak")
        let good = try await model(bench, orders, quality: 75)
        let response = try await bench.step(
            "Evaluate", "judge",
            inputs(
                good, orders,
                [
                    "thresholds": ["score": 0.8, "error": 0.3], "baseline": weak, "lower_is_better": ["error"],
                    "against_production": true
                ]))
        #expect(response.outputs["passed"] == false)
        #expect(response.outputs["metrics"] == ["score": 0.75, "error": 0.24])
        #expect(
            try await bench.rows("select * from judge_comparison order by rowid") == [
                ["score", "threshold", nil, 0.75, 0.8, false], ["error", "threshold", nil, 0.24, 0.3, true],
                ["score", "baseline", nil, 0.75, 0.4, true], ["error", "baseline", nil, 0.24, 0.59, true]
            ])
    }

    @Test func `A model that must pass and does not fails the step and says by how much`() async throws {
        let (bench, orders) = try await bench()
        let good = try await model(bench, orders, quality: 75)
        let failure = try await bench.failure(
            "Evaluate", "judge", inputs(good, orders, ["baseline": ["score": 0.8, "error": 0.24], "must": true]))
        #expect(failure.code.text == "D0601")
        #expect(failure.message == "the model 'fit' does not pass: score is 0.75, 0.05 below the baseline's 0.8")
        #expect(failure.notes == ["error is 0.24, no better than the baseline's 0.24"])
    }

    @Test func `The production model is measured on the same data`() async throws {
        let (bench, orders) = try await bench()
        let first = try await model(bench, orders, quality: 75)
        let registry = try #require(
            try await bench.facet("ModelRegistry", of: Address("tracking")) as? any ModelRegistry)
        try await registry.alias(
            AliasRequest(
                name: "fit", alias: "production", version: 1, expected: nil,
                context: Workbench.context("alias", token: "alias")))
        let fields: ObjectValue = ["against_production": true, "compare": ["score"]]
        let same = try await bench.step("Evaluate", "judge", inputs(first, orders, fields))
        #expect(same.outputs["passed"] == true)
        let worse = try await model(bench, orders, quality: 60)
        let judged = try await bench.step("Evaluate", "judge", inputs(worse, orders, fields))
        #expect(judged.outputs["passed"] == false)
        #expect(try await bench.rows("select basis, value, bound from judge_comparison") == [["production", 0.6, 0.75]])

        let (executor, request) = try bench.prepare("Evaluate", "judge", inputs(worse, orders, fields))
        #expect(try await executor.stillHolds(judged, request))
        try await registry.alias(
            AliasRequest(
                name: "fit", alias: "production", version: 2, expected: 1,
                context: Workbench.context("alias", token: "alias2")))
        #expect(try await !executor.stillHolds(judged, request))
    }

    @Test func `Without a program the metrics of the training count`() async throws {
        let (bench, orders) = try await bench()
        let good = try await model(bench, orders, quality: 75)
        let response = try await bench.step(
            "Evaluate", "judge", ["model": good, "data": .reference(orders), "thresholds": ["rows": 3]])
        #expect(response.outputs["passed"] == true)
        #expect(response.outputs["metrics"] == ["rows": 3.0, "score": 0.75])
    }

    @Test(
        arguments: [
            (["thresholds": ["recall": 0.5]], "D0602", "the model has no metric 'recall'"),
            (["baseline": ["recall": 0.5]], "D0602", "the model has no metric 'recall'")
        ] as [(ObjectValue, String, String)])
    func `A metric that is missing is a failure, not a result`(fields: ObjectValue, code: String, message: String)
        async throws
    {
        let (bench, orders) = try await bench()
        let good = try await model(bench, orders, quality: 75)
        let failure = try await bench.failure("Evaluate", "judge", inputs(good, orders, fields))
        #expect(failure.code.text == code)
        #expect(failure.message == message)
        #expect(failure.notes == ["it has score, error"])
    }

    @Test func `A model in no registry has no production model beside it`() async throws {
        let (bench, orders) = try await bench()
        let stray = Value.reference(Reference(type: "Model", resource: nil, name: "stray"))
        let failure = try await bench.failure("Evaluate", "judge", inputs(stray, orders, ["against_production": true]))
        #expect(failure.code.text == "D0603")
        #expect(try await bench.failure("Evaluate", "judge", inputs(stray, orders, [:])).code.text == "D0507")
    }

    /// Measures how many rows it was given, and says of which slice.
    private static let counting = """
        test "$(cat inputs/data.csv)" = "$(cat "$CONVERGE_INPUT_DATA")" && test -s inputs/more.csv || exit 9
        echo "slice: $CONVERGE_SLICE $(grep -c x inputs/more.csv)"
        echo "{\\"rows\\": $(($(wc -l < "$CONVERGE_INPUT_DATA") - 1))}" > "$CONVERGE_METRICS"
        """

    private func sliced(_ text: String) async throws -> (Workbench, ObjectValue) {
        let (bench, orders) = try await bench()
        try bench.recipe.write(Self.counting, to: "count.sh")
        try bench.recipe.write(text, to: "later.csv")
        let later = try await bench.step("Ingest", "later", ["from": "later.csv", "into": .reference(bench.warehouse)])
        let fields: ObjectValue = [
            "model": try await model(bench, orders, quality: 75), "data": .reference(try later.table()),
            "command": ["sh", "count.sh"], "inputs": ["more": .reference(try later.table())],
            "thresholds": ["rows": 2]
        ]
        return (bench, fields)
    }

    @Test func `Thresholds hold in every slice, a null and a quote among its values`() async throws {
        let (bench, fields) = try await sliced("region,vip\nO'x,true\nO'x,false\n,true\n\"\",true\n")
        let response = try await bench.step(
            "Evaluate", "judge", fields.merging(["slices": ["region", "vip"]]))
        #expect(response.outputs["passed"] == false)
        #expect(response.outputs["metrics"] == ["rows": 4.0])
        #expect(
            try await bench.rows("select slice, value, passes from judge_comparison order by rowid") == [
                [nil, 4.0, 1], ["region is null", 1.0, 0], ["region = ", 1.0, 0], ["region = O'x", 2.0, 1],
                ["vip = false", 1.0, 0], ["vip = true", 3.0, 1]
            ])
        #expect(bench.log.contains("slice: region = O'x 2"))
        #expect(bench.log.contains("where region is null rows is 1, 1 below the threshold of 2"))
        let failure = try await bench.failure(
            "Evaluate", "judge", fields.merging(["slices": ["vip"], "must": true]))
        #expect(failure.code.text == "D0601")
        #expect(failure.message.hasSuffix("does not pass: where vip = false rows is 1, 1 below the threshold of 2"))
    }

    @Test func `A column that is not there and one with too many values make no slices`() async throws {
        let (bench, fields) = try await sliced("id,kind\n" + (1...101).map { "\($0),x\n" }.joined())
        let misspelt = try await bench.failure("Evaluate", "judge", fields.merging(["slices": ["kin"]]))
        #expect(misspelt.code.text == "D0605")
        #expect(misspelt.help == ["did you mean 'kind'?"])
        let many = try await bench.failure("Evaluate", "judge", fields.merging(["slices": ["id"]]))
        #expect(many.code.text == "D0606")
        #expect(many.message == "the column 'id' has more than 100 values")
    }
}
