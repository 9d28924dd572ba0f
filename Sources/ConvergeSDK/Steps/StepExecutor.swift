// SPDX-License-Identifier: Apache-2.0

/// Executes steps of one kind.
///
/// The intent is durable before `execute` is called and the result after it returned; after a crash `recover` is
/// asked with the same token. An executor stops at cancellation and leaves nothing half-made under its final name.
public protocol StepExecutor: Sendable {
    /// The step kind that it executes.
    var kind: String { get }

    /// Does the work.
    ///
    /// - Throws: `CallError`; a result that a rule merely finds wanting is an output, not an error.
    func execute(_ request: StepRequest) async throws(CallError) -> StepResponse

    /// Does the work, or as much of it as can be done now: called by the host in the place of `execute`.
    ///
    /// Implement it for work that waits for people or for long times. Where it pauses, it has no effect that a second
    /// call under the same token would repeat.
    func advance(_ request: StepRequest) async throws(CallError) -> StepProgress

    /// Says what became of a step whose result never arrived.
    func recover(_ request: StepRequest) async throws(CallError) -> StepRecovery

    /// The files and folders of this machine that the step reads, as absolute paths. Their content is part of the
    /// step's content key, beside its inputs.
    func sources(_ request: StepRequest) async throws(CallError) -> [String]

    /// Whether what an earlier execution under the same content key gave is still there (the table has that version,
    /// the endpoint serves that model), so that the step is unchanged. Asked for pure kinds only.
    func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool
}

extension StepExecutor {
    public func advance(_ request: StepRequest) async throws(CallError) -> StepProgress {
        .finished(try await execute(request))
    }

    /// Right for work whose effects carry the token of the step or appear all at once at the end.
    public func recover(_ request: StepRequest) async throws(CallError) -> StepRecovery { .executeAgain }

    public func sources(_ request: StepRequest) async throws(CallError) -> [String] { [] }

    /// Asks the stores of the outputs: tables by their version, models and artifacts by their digest.
    public func stillHolds(_ response: StepResponse, _ request: StepRequest) async throws(CallError) -> Bool {
        for entry in response.outputs {
            guard case .reference(let reference) = entry.value else { continue }
            switch reference.type {
            case "Table":
                let store = try await request.host.facet((any TableStore).self, named: "TableStore", of: reference)
                let now = try await store.describe(reference.name, context: request.context)
                guard let now, now.version == reference.attributes["version"]?.string else { return false }
            case "Model", "Artifact":
                guard let digest = reference.attributes["digest"]?.string,
                    await request.host.services.files.path(ofDigest: digest) != nil
                else { return false }
            default: continue
            }
        }
        return true
    }
}

/// What the host does with a step that was interrupted.
@frozen
public enum StepRecovery: Sendable, Hashable {
    /// It had finished, with this result.
    case finished(StepResponse)
    /// Executing it again under the same token is safe.
    case executeAgain
    case cannotTell(reason: String)
}

public struct StepRequest: Sendable {
    public var kind: String
    /// All fields, defaults filled in, nothing unknown. Templates are kept for the fields of type Sql, Shell and Url.
    public var inputs: ObjectValue
    /// The folder of the recipe: relative paths start there.
    public var recipeFolder: String
    /// The handle that an earlier, interrupted execution recorded; nil for none.
    public var handle: String?
    /// The handle that an attempt before this one recorded, which failed; nil for none.
    public var earlierHandle: String?
    public var context: CallContext
    /// What the host lends to the step.
    public var host: any StepHost

    public init(
        kind: String, inputs: ObjectValue, recipeFolder: String, handle: String? = nil, context: CallContext,
        host: any StepHost
    ) {
        self.kind = kind
        self.inputs = inputs
        self.recipeFolder = recipeFolder
        self.handle = handle
        self.context = context
        self.host = host
    }
}

public struct StepResponse: Sendable, Hashable {
    public var outputs: ObjectValue
    /// The tables and files that were read, for lineage.
    public var reads: [Reference]
    /// The tables, models and artifacts that were written, for lineage.
    public var writes: [Reference]

    public init(outputs: ObjectValue, reads: [Reference] = [], writes: [Reference] = []) {
        self.outputs = outputs
        self.reads = reads
        self.writes = writes
    }
}

/// What a step may ask of the host while it works.
public protocol StepHost: Sendable {
    /// The lent services.
    var services: any HostServices { get }

    /// A data-plane interface of a resource that an input refers to, of the resource itself or of the child that
    /// offers it.
    ///
    /// - Throws: `CallError` where the resource does not exist yet, does not offer the facet, or its provider cannot
    ///   be reached.
    func facet(named name: String, of resource: Address) async throws(CallError) -> any Facet

    /// Records durably how the outside names the work in progress, so that `recover` finds it after a crash.
    func record(handle: String, _ context: CallContext) async throws(CallError)

    /// What was given to the run under a name; nil where nothing was yet.
    func signal(_ name: String, _ context: CallContext) async throws(CallError) -> StepSignal?

    /// Does what only the host can do.
    func perform(_ work: HostWork, for request: StepRequest) async throws(CallError) -> StepProgress
}

extension StepHost {
    public func perform(_ work: HostWork, for request: StepRequest) async throws(CallError) -> StepProgress {
        throw CallError(.unsupported(feature: request.kind), "this host does nothing for steps itself")
    }

    public func signal(_ name: String, _ context: CallContext) async throws(CallError) -> StepSignal? { nil }

    /// The named facet of the resource that a reference points to.
    ///
    /// - Throws: `CallError` with reason `unsupported` where the resource does not offer it.
    public func facet<T>(_ type: T.Type, named name: String, of reference: Reference) async throws(CallError) -> T {
        guard let resource = reference.resource else {
            throw CallError(.invalid, "the \(reference.type) '\(reference.name)' belongs to no resource")
        }
        guard let facet = try await facet(named: name, of: resource) as? T else {
            throw CallError(
                .unsupported(feature: name), "\(resource) does not offer \(name)",
                help: ["show \(resource)", "explain \(name)"])
        }
        return facet
    }
}
