// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Synchronization

/// Answers what a recipe says once outputs are known. Every function is pure: the same state, the same answer.
package protocol DeferredEvaluation: Sendable {
    /// The inputs of a native resource: every field of its kind, defaults filled in. What depends on outputs that
    /// the state does not hold is unknown.
    func inputs(of resource: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue

    /// The parameters of a composite, defaults filled in.
    func parameters(of composite: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue

    /// The outputs that the mapping of a composite gives.
    func outputs(of composite: Address, in state: ResourceState) throws(Diagnostics) -> ObjectValue

    /// The module's own outputs.
    func outputs(in state: ResourceState) throws(Diagnostics) -> ObjectValue

    /// The rules that do not hold for a resource, or of which that cannot be told yet; none for most.
    func findings(
        on resource: Address, at stage: PolicyStage, in state: ResourceState
    ) throws(Diagnostics) -> [PolicyFinding]

    /// The program with what the state decides; nil where nothing waits to be decided.
    func program(in state: ResourceState) throws(Diagnostics) -> Program?

    /// What the statement at a position of a test's body expects; nil where it is no `expect`.
    func expectation(_ position: Int, in state: ResourceState) throws(Diagnostics) -> ExpectationResult?

    /// The parameters of a run: arguments checked and defaults evaluated, with `clock` as the only one.
    func parameters(
        of workflow: String, arguments: ObjectValue, clock: RunClock
    ) throws(Diagnostics) -> ObjectValue

    /// The steps of a workflow as far as they can be told from the steps that have ended.
    func expansion(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> WorkflowExpansion

    /// One step of an expansion that is complete, evaluated anew; costs no more than the step itself.
    func step(
        _ address: Address, of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> StepNode

    /// Where a field of a step is given; nil where it is left out.
    func place(of field: String, in step: Address, of workflow: String) -> SourcePlace?

    /// The outputs of a workflow whose steps have all ended.
    func outputs(
        of workflow: String, parameters: ObjectValue, in state: WorkflowState
    ) throws(Diagnostics) -> ObjectValue

    /// The arguments that a trigger gives to a run, from what happened.
    ///
    /// - Parameter trigger: Its position among those of the workflow.
    func arguments(
        ofTrigger trigger: Int, of workflow: String, event: ObjectValue
    ) throws(Diagnostics) -> ObjectValue

    /// What the condition of an `on metric` says; nil where it depends on what is not known.
    func condition(
        ofTrigger trigger: Int, of workflow: String, in state: ResourceState
    ) throws(Diagnostics) -> Bool?
}

extension DeferredEvaluation {
    /// Most programs are decided as a whole.
    package func program(in state: ResourceState) throws(Diagnostics) -> Program? { nil }

    /// Most programs are looked at from no test.
    package func expectation(
        _ position: Int, in state: ResourceState
    ) throws(Diagnostics) -> ExpectationResult? { nil }
}

/// What is known of the resources: their inputs and outputs in one object each, by native address.
package struct ResourceState: Sendable {
    package var values: [Address: ObjectValue]
    /// What the last run of each workflow gave; only tests look at it.
    package var runs: [String: ObjectValue] = [:]

    package init(_ values: [Address: ObjectValue] = [:]) { self.values = values }
}

/// What is known while a workflow runs.
package struct WorkflowState: Sendable {
    package var resources: ResourceState
    /// The outputs of steps that ended well, by step address (`fit`, `part["eu"]`).
    package var outputs: [Address: ObjectValue]
    /// Steps that were skipped.
    package var skipped: Set<Address>
    /// Steps that failed under `@on_failure: "continue"`.
    package var failed: Set<Address>
    /// What `finally` calls the end of all other steps; nil until then.
    package var outcome: String?
    package let memory = RunMemory()

    package init(
        resources: ResourceState, outputs: [Address: ObjectValue] = [:], skipped: Set<Address> = [],
        failed: Set<Address> = []
    ) {
        self.resources = resources
        self.outputs = outputs
        self.skipped = skipped
        self.failed = failed
    }
}

/// What stays true for a whole run once whoever evaluates it has found it out; nobody else looks into it.
package final class RunMemory: Sendable {
    private let kept = Mutex<(any Sendable)?>(nil)

    /// What is kept, where it fits, else what is made now.
    package func value<T: Sendable>(where fits: (T) -> Bool, make: () -> T) -> T {
        kept.withLock { kept in
            if let found = kept as? T, fits(found) { return found }
            let made = make()
            kept = made
            return made
        }
    }
}

/// The steps of a run, as far as they can be told.
package struct WorkflowExpansion: Sendable {
    /// In the order of declaration.
    package var steps: [StepNode]
    /// False while a loop or condition waits for a step that has not ended.
    package var isComplete: Bool
    /// The steps for whose end such loops and conditions wait.
    package var waitsFor: Set<Address>
    /// What loops and conditions depend on that no step will tell, such as `note.id`.
    package var openOrigins: [String] = []
    /// True where the end of the other steps may tell of more of them.
    package var hasFinally: Bool

    package init(steps: [StepNode], isComplete: Bool, hasFinally: Bool, waitsFor: Set<Address> = []) {
        self.steps = steps
        self.hasFinally = hasFinally
        self.isComplete = isComplete
        self.waitsFor = waitsFor
    }
}

/// One step of a run.
package struct StepNode: Sendable {
    package enum OnFailure: String, Sendable {
        case stop
        case `continue`
    }

    package var address: Address
    package var kind: StepKindSchema
    /// The plugin whose executor does the work; nil where any plugin's may.
    package var executorPlugin: String?
    /// Steps whose outputs it reads: where one was skipped or failed, this one is skipped.
    package var reads: [Address]
    /// Steps that `@needs` names: they only have to end.
    package var needs: [Address]
    /// Every field, defaults filled in; unknown until the steps that it reads have ended.
    package var inputs: ObjectValue
    /// `@when`: nil while it cannot be told.
    package var isWanted: Bool?
    /// What `@when` depends on that is not known, such as `note.id`; nil where it can be told.
    package var openCondition: String?
    package var retry: RetryRule
    package var timeout: Duration?
    package var onFailure: OnFailure
    package var cache = CacheRule.byKind
    package var concurrency: ConcurrencyRule?
    package var rate: RateRule?
    /// `@priority`: of the steps that could begin, those with higher ones do first.
    package var priority = 0
    /// `@recover`: the step that runs in its place where it has failed for good.
    package var recovery: Address?
    /// True for a step that runs only where the one that it stands in for has failed.
    package var isStandIn = false
    /// `@undo`: the step that takes back what this one did, where the run fails.
    package var undo: Address?
    /// True for a step that runs only to take another one back.
    package var isUndo = false
    /// The operation that it takes back, once that is to be done.
    package var takesBack: OperationToken?
    /// Stands in `finally`.
    package var isFinal = false
    package var place: SourcePlace
    /// The rules of its kind that the inputs break, as far as they are known: with one of them it does not begin.
    package var problems: [Diagnostic]

    package init(
        address: Address, kind: StepKindSchema, executorPlugin: String? = nil, reads: [Address], needs: [Address],
        inputs: ObjectValue, isWanted: Bool?, retry: RetryRule, timeout: Duration?, onFailure: OnFailure,
        place: SourcePlace, problems: [Diagnostic] = []
    ) {
        self.address = address
        self.kind = kind
        self.executorPlugin = executorPlugin
        self.reads = reads
        self.needs = needs
        self.inputs = inputs
        self.isWanted = isWanted
        self.retry = retry
        self.timeout = timeout
        self.onFailure = onFailure
        self.place = place
        self.problems = problems
    }
}
