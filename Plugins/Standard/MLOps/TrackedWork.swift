// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The run in a tracker that belongs to a step.
struct TrackedWork: Sendable {
    let run: String
    private let tracker: any ExperimentTracker
    private let place: Reference
    private let request: StepRequest

    /// Begins a run; nil where nothing tracks the step.
    static func begin(
        _ place: Reference?, experiment: String, parameters: ObjectValue, tags: [String: String], _ request: StepRequest
    ) async throws(CallError) -> TrackedWork? {
        guard let place else { return nil }
        let tracker = try await request.host.facet(
            (any ExperimentTracker).self, named: "ExperimentTracker", of: place)
        let name = "\(request.context.run) \(request.context.operation)"
        let began = try await tracker.begin(
            BeginRunRequest(
                experiment: experiment, name: name, tags: tags.merging(["step": request.kind]) { own, _ in own },
                context: request.context))
        let work = TrackedWork(run: began.id, tracker: tracker, place: place, request: request)
        if !parameters.isEmpty {
            try await tracker.record(
                RecordRequest(run: began.id, parameters: parameters, context: request.context))
        }
        return work
    }

    func record(_ metrics: ObjectValue, artifacts: [String: KeptArtifact] = [:]) async throws(CallError) {
        let now = request.host.services.clock.now()
        let recorded = metrics.compactMap { entry in
            entry.value.number.map { RecordedMetric(name: entry.key, value: $0, time: now) }
        }
        try await tracker.record(
            RecordRequest(run: run, metrics: recorded, artifacts: artifacts, context: request.context))
    }

    /// The registry of a tracker; asked before the work, which may be long.
    ///
    /// - Parameter isNeeded: False where a tracker that keeps no models is fine, too.
    /// - Returns: Nil where the tracker keeps no models.
    static func registry(
        of place: Reference?, isNeeded: Bool, _ request: StepRequest
    ) async throws(CallError) -> (any ModelRegistry)? {
        guard let place else { return nil }
        do throws(CallError) {
            return try await request.host.facet((any ModelRegistry).self, named: "ModelRegistry", of: place)
        } catch  where error.diagnostic.code == .callUnsupported {
            guard isNeeded else { return nil }
            var refusal = error.about("register")
            refusal.diagnostic.help = ["name a tracker that keeps models in `track`, or leave `register` out"]
            throw refusal
        }
    }

    /// Registers a model's folder as the next version of a name.
    ///
    /// - Parameter registry: Nil where the tracker keeps no models.
    /// - Returns: Nil where it was not registered.
    func register(
        _ name: String, _ package: KeptArtifact, _ metrics: ObjectValue, in registry: (any ModelRegistry)?
    ) async throws(CallError) -> Reference? {
        guard let registry else {
            request.host.services.log.write(
                "the tracker keeps no models, so that \(name) is not registered", request.context)
            return nil
        }
        let model = try await registry.register(
            RegisterModelRequest(name: name, package: package, run: run, metrics: metrics, context: request.context))
        return model.reference(in: place.resource)
    }

    fileprivate func end(_ status: TrackedRunStatus) async throws(CallError) {
        try await tracker.end(EndRunRequest(run: run, status: status, context: request.context))
    }

    /// Ends the run as failed.
    ///
    /// Why the work failed matters more than why that could not be told.
    fileprivate func endFailed() async {
        do throws(CallError) {
            try await end(.failed)
        } catch {
            request.host.services.log.write(
                "the tracker could not be told of the failure: \(error.diagnostic.message)", request.context)
        }
    }
}

extension TrackedWork? {
    /// Does the work that the run is about, and ends the run as the work ends.
    func following(
        _ work: () async throws(CallError) -> StepResponse
    ) async throws(CallError) -> StepResponse {
        do throws(CallError) {
            let response = try await work()
            try await self?.end(.finished)
            return response
        } catch {
            await self?.endFailed()
            throw error
        }
    }
}
