// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// One durable execution of a graph of operations: an apply or a run of a workflow.
package struct RunRecord: Sendable, Hashable {
    package enum Purpose: String, Sendable, Hashable, CaseIterable {
        case apply, destroy, refresh, rollback, forget, workflow

        /// True for what changes resources, and so makes a version that can be returned to.
        package var makesVersion: Bool { self == .apply || self == .destroy || self == .rollback }
    }

    package enum Status: String, Sendable, Hashable {
        /// Under way.
        case running
        /// Found running while nobody holds its lease; never recorded.
        case interrupted
        /// Steps of it wait for times or signals, and nothing else is left to do until then.
        case waiting
        case succeeded, failed, cancelled
    }

    /// `apply-12`, `run-13`: numbered through in the project.
    package var id: String
    package var purpose: Purpose
    package var environment: String
    package var module: String
    /// The workflow's name; nil for the other purposes.
    package var workflow: String?
    /// The recipe file, relative to the project's folder; nil for the module at the prompt.
    package var recipe: String?
    /// `--set` values, so that a resumed run means the same.
    package var settings: ObjectValue
    /// The workflow's parameters with defaults evaluated.
    package var parameters: ObjectValue
    /// What it was told to do, as text and values; nil where it was recorded before that was kept.
    package var basis: RunBasis?
    /// The user's name.
    package var actor: String
    package var status: Status
    package var outputs: ObjectValue
    package var failure: FailureRecord?
    package var started: Timestamp
    package var ended: Timestamp?
    /// The run of which it is a part; nil for those that stand by themselves.
    package var parent: String?
    /// The operation of that run which it is, whose handle it becomes as it is recorded. Not read back.
    package var parentOperation: OperationToken?
    /// The lease under which that operation is open: once another process has taken it over, no part begins. Not read back.
    package var parentLease: Lease?
    /// The firing that the run begins with, which is taken as it is recorded. Not read back: a firing names its run.
    package var firing: Int64?

    package init(
        id: String, purpose: Purpose, environment: String, module: String, workflow: String? = nil,
        recipe: String? = nil, settings: ObjectValue = [:], parameters: ObjectValue = [:],
        basis: RunBasis? = nil, actor: String = "", status: Status = .running, outputs: ObjectValue = [:],
        failure: FailureRecord? = nil, started: Timestamp, ended: Timestamp? = nil
    ) {
        self.id = id
        self.purpose = purpose
        self.environment = environment
        self.module = module
        self.workflow = workflow
        self.recipe = recipe
        self.settings = settings
        self.parameters = parameters
        self.basis = basis
        self.actor = actor
        self.status = status
        self.outputs = outputs
        self.failure = failure
        self.started = started
        self.ended = ended
    }

    /// How long it took; nil while it is under way. Nothing where the clock was set back meanwhile.
    package var took: Duration? { ended.map { max(.zero, $0.since(started)) } }
}
