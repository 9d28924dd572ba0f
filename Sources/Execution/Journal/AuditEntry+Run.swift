// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension AuditEntry {
    /// A line about a run: that it began, went on or ended, and how.
    package init(_ run: RunRecord, _ event: String, time: Timestamp, actor: String, host: String) {
        let workflow = run.workflow.map { "workflow \($0) " } ?? ""
        self.init(
            time: time, actor: actor, host: host, action: run.purpose.verb, environment: run.environment,
            module: run.module, detail: "\(run.id): \(workflow)\(event)")
    }
}

extension RunRecord.Purpose {
    /// What a person says to have it.
    fileprivate var verb: String { self == .workflow ? "run" : rawValue }
}
