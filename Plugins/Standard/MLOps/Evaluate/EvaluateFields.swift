// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What an `Evaluate` step asks for.
struct EvaluateFields: Sendable {
    enum Baseline: Sendable {
        case metrics([(name: String, value: Double)])
        case model(Reference)
    }

    let model: Reference
    let data: Reference
    let command: [String]
    let files: RecipeFiles
    let inputs: ObjectValue
    let params: ObjectValue
    let env: ObjectValue
    let thresholds: [(name: String, value: Double)]
    /// Columns of the data.
    let slices: [String]
    let baseline: Baseline?
    let againstProduction: Bool
    let compare: [String]
    let lowerIsBetter: Set<String>
    let must: Bool
    let track: Reference?
    /// What offers workers; nil for this machine.
    let place: Reference?
    let image: String?
    let framework: String?

    init(_ request: StepRequest) throws(CallError) {
        let fields = StepFields(request)
        model = try fields.reference("model")
        data = try fields.reference("data")
        command = try fields.texts("command")
        files = try RecipeFiles(named: try fields.texts("files"), command: command, in: request.recipeFolder)
        var inputs = try fields.object("inputs")
        inputs["data"] = .reference(data)
        self.inputs = inputs
        params = try fields.object("params")
        env = try fields.object("env")
        thresholds = try fields.numbers("thresholds")
        slices = try fields.texts("slices")
        switch fields.value("baseline") {
        case .null: baseline = nil
        case .reference(let model): baseline = .model(model)
        default: baseline = .metrics(try fields.numbers("baseline"))
        }
        againstProduction = try fields.flag("against_production")
        compare = try fields.texts("compare")
        lowerIsBetter = Set(try fields.texts("lower_is_better"))
        must = try fields.flag("must")
        track = try fields.optionalReference("track")
        place = try fields.optionalReference("in")
        image = try fields.optionalText("image")
        framework = try fields.optionalText("framework")
        try ProgramRun.check(params: params)
        if againstProduction, model.resource == nil {
            throw CallError(
                .invalid,
                Diagnostic(
                    .modelNotRegistered,
                    "the model '\(model.name)' is in no registry, so there is no production model beside it",
                    help: ["name an ExperimentTracking resource in `track` of the step that trains it"])
            ).about("against_production")
        }
    }

    /// The judgements that metrics call for.
    ///
    /// - Parameters:
    ///   - baseline: What the baseline model measured, where it is a model.
    ///   - production: What the production model measured; nil where there is none.
    func judgements(
        _ metrics: ObjectValue, baseline measured: ObjectValue?, production: ObjectValue?
    ) throws(CallError) -> [Judgement] {
        var judgements: [Judgement] = []
        for (name, bound) in thresholds {
            judgements.append(try judgement(name, .threshold, bound, metrics))
        }
        switch baseline {
        case .metrics(let bounds):
            for (name, bound) in bounds { judgements.append(try judgement(name, .baseline, bound, metrics)) }
        case .model(let model): judgements += try comparison(metrics, measured ?? [:], .baseline, "'\(model.name)'")
        case nil: break
        }
        if let production { judgements += try comparison(metrics, production, .production, "the production model") }
        return judgements
    }

    /// The judgements that the metrics of a slice call for.
    func judgements(_ metrics: ObjectValue, in slice: DataSlice) throws(CallError) -> [Judgement] {
        var judgements: [Judgement] = []
        for (name, bound) in thresholds {
            judgements.append(try judgement(name, .threshold, bound, metrics, in: slice))
        }
        return judgements
    }

    private func comparison(
        _ metrics: ObjectValue, _ other: ObjectValue, _ basis: Judgement.Basis, _ name: String
    ) throws(CallError) -> [Judgement] {
        let common = metrics.keys.filter { other[$0]?.number != nil }
        if compare.isEmpty, common.isEmpty {
            throw basis.missing("the model and \(name) have no metric in common", [])
        }
        var judgements: [Judgement] = []
        for metric in compare.isEmpty ? common : compare {
            guard let bound = other[metric]?.number else {
                throw basis.missing("\(name) has no metric '\(metric)'", other.keys)
            }
            judgements.append(try judgement(metric, basis, bound, metrics))
        }
        return judgements
    }

    private func judgement(
        _ metric: String, _ basis: Judgement.Basis, _ bound: Double, _ metrics: ObjectValue, in slice: DataSlice? = nil
    ) throws(CallError) -> Judgement {
        guard let value = metrics[metric]?.number else {
            let place = slice.map { " where \($0.name)" } ?? ""
            throw basis.missing("the model has no metric '\(metric)'\(place)", metrics.keys)
        }
        return Judgement(
            metric: metric, basis: basis, slice: slice?.name, value: value, bound: bound,
            lowerIsBetter: lowerIsBetter.contains(metric))
    }
}

extension Judgement.Basis {
    /// The field of the step that holds the model to something.
    var field: String {
        switch self {
        case .threshold: "thresholds"
        case .baseline: "baseline"
        case .production: "against_production"
        }
    }

    fileprivate func missing(_ message: String, _ known: [String]) -> CallError {
        CallError(
            .failed,
            Diagnostic(
                .metricMissing, message, notes: known.isEmpty ? [] : ["it has " + known.joined(separator: ", ")],
                help: ["let the program measure it, or take it out of the step"])
        ).about(field)
    }
}
