// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Judges models by running programs, the same for each model that is compared.
struct EvaluateExecutor: StepExecutor {
    let kind = "Evaluate"

    private static let production = "production"

    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse {
        let fields = try EvaluateFields(request)
        let tracking = try await TrackedWork.begin(
            fields.track, experiment: fields.model.name, parameters: fields.params,
            tags: ["model": fields.model.attributes["digest"]?.string ?? fields.model.name], request)
        return try await tracking.following { () throws(CallError) in
            try await judge(fields, tracking, request)
        }
    }

    func sources(_ request: StepRequest) async throws(CallError) -> [String] {
        try EvaluateFields(request).files.absolutePaths
    }

    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        let fields = try EvaluateFields(request)
        if fields.againstProduction {
            // The judgement was about the model that was in production then.
            let digest = try await productionModel(fields, request)?.attributes["digest"]
            let compared = response.reads.first { $0.attributes["alias"] == .string(Self.production) }
            guard digest == compared?.attributes["digest"] else { return false }
        }
        return try await response.isIntact(request)
    }

    private func judge(
        _ fields: EvaluateFields, _ tracking: TrackedWork?, _ request: StepRequest
    ) async throws(CallError) -> StepResponse {
        let production = fields.againstProduction ? try await productionModel(fields, request) : nil
        let (metrics, judgements, reads) = try await request.host.services.files.withScratchFolder {
            folder throws(CallError) in
            let measuring = try await Measuring(fields, in: folder, request)
            let metrics = try await measuring.measure(fields.model, "model")
            var baseline: ObjectValue?
            if case .model(let model) = fields.baseline { baseline = try await measuring.measure(model, "baseline") }
            var current: ObjectValue?
            if let production { current = try await measuring.measure(production, "production") }
            var judgements = try fields.judgements(metrics, baseline: baseline, production: current)
            let slices = try await DataSlice.all(of: fields.data, by: fields.slices, request)
            for (number, slice) in slices.enumerated() {
                request.host.services.log.progress(
                    Double(number) / Double(slices.count), "slice \(number + 1) of \(slices.count): \(slice.name)",
                    request.context)
                judgements += try fields.judgements(try await measuring.measure(slice), in: slice)
            }
            return (metrics, judgements, measuring.reads)
        }
        try await tracking?.record(metrics)

        let comparison = try await keep(Comparison(judgements: judgements), fields, request)
        let failing = judgements.filter { !$0.passes }
        for judgement in failing { request.host.services.log.write(judgement.sentence, request.context) }
        if fields.must, let first = failing.first {
            throw CallError(
                .failed,
                Diagnostic(
                    .modelNotGoodEnough, "the model '\(fields.model.name)' does not pass: \(first.sentence)",
                    notes: failing.dropFirst().map(\.sentence),
                    help: ["train a better model, or set must: false, with which `passed` says so and the run goes on"])
            ).about(first.slice == nil ? first.basis.field : "slices")
        }
        return StepResponse(
            outputs: [
                "passed": .bool(failing.isEmpty), "metrics": .object(metrics), "comparison": .reference(comparison)
            ],
            reads: [fields.model] + reads + (production.map { [$0] } ?? []), writes: [comparison])
    }

    private func productionModel(
        _ fields: EvaluateFields, _ request: StepRequest
    ) async throws(CallError) -> Reference? {
        let registry = try await request.host.facet(
            (any ModelRegistry).self, named: "ModelRegistry", of: fields.model)
        let model = try await registry.model(
            ModelRequest(name: fields.model.name, choice: .alias(Self.production), context: request.context))
        guard var reference = model?.reference(in: fields.model.resource) else { return nil }
        reference.attributes["alias"] = .string(Self.production)
        return reference
    }

    private func keep(
        _ comparison: Comparison, _ fields: EvaluateFields, _ request: StepRequest
    ) async throws(CallError) -> Reference {
        let store = try await request.host.facet((any TableStore).self, named: "TableStore", of: fields.data)
        let table = TableName.of(step: request.context.operation) + "_comparison"
        let load = LoadRequest(table: table, columns: Comparison.columns, context: request.context)
        let description = try await store.load(load) { inserter throws(CallError) in
            if !comparison.judgements.isEmpty { try await inserter.insert(comparison.batch) }
        }
        return description.reference(in: fields.data.resource)
    }
}

/// Measures models on the same inputs.
private struct Measuring: Sendable {
    private let fields: EvaluateFields
    private let folder: String
    private let inputs: ProgramInputs
    private let request: StepRequest

    var reads: [Reference] { inputs.reads }

    init(_ fields: EvaluateFields, in folder: String, _ request: StepRequest) async throws(CallError) {
        self.fields = fields
        self.folder = folder
        self.request = request
        // Without a program nobody reads the inputs.
        let wanted = fields.command.isEmpty ? [:] : fields.inputs
        inputs = try await ProgramInputs.prepare(wanted, in: folder + "/inputs", request)
    }

    /// The metrics of the model on a slice of the data.
    ///
    /// Its files are gone afterwards, so that the disk holds one slice at a time.
    func measure(_ slice: DataSlice) async throws(CallError) -> ObjectValue {
        let path = try await ProgramInputs.keptPath(of: fields.model, request)
        return try await request.host.services.files.withScratchFolder { folder throws(CallError) in
            let place = folder + "/inputs"
            guard let workers = fields.place else {
                let sliced = try await inputs.sliced("data", fields.data, slice, in: place, request)
                return try await program(sliced, in: place).run(in: folder, model: path).metrics
            }
            let home = folder + "/run"
            try FileCopy.makeFolder(home)
            return try await job(workers, "slice \(slice.name)", in: home, sending: folder + "/sent", model: path) {
                () throws(CallError) in
                try await inputs.sliced("data", fields.data, slice, in: place, request)
            }
        }
    }

    /// The program's own metrics of a model, measured on workers; what the platform saw of it says nothing about the model.
    private func job(
        _ workers: Reference, _ part: String, in folder: String, sending sent: String, model: String,
        _ inputs: () async throws(CallError) -> ProgramInputs
    ) async throws(CallError) -> ObjectValue {
        _ = try await ProgramJob(
            place: workers, command: fields.command, files: fields.files, params: fields.params, env: fields.env,
            image: fields.image, framework: fields.framework, part: part, request: request
        ).run(in: folder, sending: sent, model: model, inputs)
        return try ProgramRun.metrics(at: folder + "/metrics.json")
    }

    private func program(_ inputs: ProgramInputs, in folder: String) -> ProgramRun {
        ProgramRun(
            command: fields.command, files: fields.files, params: fields.params, env: fields.env, inputs: inputs,
            inputsFolder: folder, request: request)
    }

    /// The metrics of a model: what the program measures, or without one what its training did.
    func measure(_ model: Reference, _ role: String) async throws(CallError) -> ObjectValue {
        guard !fields.command.isEmpty else { return model.attributes["metrics"]?.object ?? [:] }
        let path = try await ProgramInputs.keptPath(of: model, request)
        let place = "\(folder)/\(role)"
        try FileCopy.makeFolder(place)
        if let workers = fields.place {
            return try await job(workers, role, in: place, sending: "\(folder)/\(role)-sent", model: path) { inputs }
        }
        return try await program(inputs, in: folder + "/inputs").run(in: place, model: path).metrics
    }
}
