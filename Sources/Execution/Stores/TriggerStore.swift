// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// What triggers have asked for, and how far each was looked at. What a writing call was given is durable when it
/// returns.
package protocol TriggerStore: Sendable {
    /// How far a trigger was looked at; nil where it never was.
    func mark(of trigger: TriggerIdentity) async throws(Diagnostic) -> ObjectValue?

    /// Notes what a look at a trigger found and how far it went, both or nothing. What fired before is left out.
    ///
    /// - Parameter mark: Nil leaves the one that is there.
    /// - Returns: Those that are new, with their ids.
    func record(
        _ firings: [FiringRecord], of trigger: TriggerIdentity, mark: ObjectValue?
    ) async throws(Diagnostic) -> [FiringRecord]

    /// Forgets how far triggers of a module were looked at which it does not have any more.
    func forgetMarks(
        environment: String, module: String, keeping triggers: Set<TriggerIdentity>
    ) async throws(Diagnostic)

    /// Those about which something is still to be done, the oldest first.
    func openFirings(environment: String) async throws(Diagnostic) -> [FiringRecord]

    func firing(_ id: Int64) async throws(Diagnostic) -> FiringRecord?

    /// Those of a trigger, the oldest first.
    func firings(of trigger: TriggerIdentity) async throws(Diagnostic) -> [FiringRecord]

    /// The newest of a module first.
    func firings(environment: String, module: String, limit: Int) async throws(Diagnostic) -> [FiringRecord]

    /// The runs of a workflow, the newest first.
    func runs(
        of workflow: String, module: String, environment: String, limit: Int
    ) async throws(Diagnostic) -> [RunRecord]

    /// Changes the status of a firing, where it still has one of the former ones.
    ///
    /// - Returns: Whether it had.
    func settle(
        firing id: Int64, from former: Set<FiringRecord.Status>, to status: FiringRecord.Status, note: String
    ) async throws(Diagnostic) -> Bool
}
