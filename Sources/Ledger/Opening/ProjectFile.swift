// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// `project.json`: what is known of the project's history apart from the ledger, so that the ledger's loss is seen.
///
/// It is written after what it tells of was synced, so it may lag behind the ledger and never leads it.
struct ProjectFile: Sendable, Hashable {
    static let format: Int64 = 1

    /// The project's id, which its ledger holds too.
    var project: String
    /// The ledger's sequence number when this was written.
    var sequence: Int64
    /// The number of the newest run.
    var runs: Int64
    /// The newest link of the audit trail; nil where none is chained yet.
    var audit: AuditLink?
    /// The ledger's file as it was closed; whole without a further look as long as it is still the same.
    var closed: StateFile.Stamp?

    /// Nil where there is none.
    static func read(_ path: String) throws(LedgerFailure) -> ProjectFile? {
        let text: [UInt8]?
        do { text = try StateFile.read(path) } catch { throw .system(error) }
        guard let text else { return nil }
        let value: Value
        do { value = try Value(json: text) } catch {
            throw .project(reason: "it is no JSON: \(error.reason) (byte \(error.offset))")
        }
        guard let object = value.object, object["format"]?.int == format, let project = object["project"]?.string,
            let sequence = object["sequence"]?.int, let runs = object["runs"]?.int
        else { throw .project(reason: "a project's id, sequence and runs in format \(format) should be here") }
        var closed: StateFile.Stamp?
        if let stamp = object["closed"]?.object, let size = stamp["size"]?.int, let time = stamp["modified"]?.int {
            closed = StateFile.Stamp(size: size, modified: time)
        }
        var audit: AuditLink?
        if let link = object["audit"]?.object, let line = link["line"]?.int, let text = link["link"]?.string {
            audit = AuditLink(line: line, text: text)
        }
        return ProjectFile(project: project, sequence: sequence, runs: runs, audit: audit, closed: closed)
    }

    func write(_ path: String) throws(StateFileError) {
        var object: ObjectValue = [
            "format": .int(Self.format), "project": .string(project), "sequence": .int(sequence), "runs": .int(runs)
        ]
        if let audit { object["audit"] = .object(["line": .int(audit.line), "link": .string(audit.text)]) }
        if let closed {
            object["closed"] = .object(["size": .int(closed.size), "modified": .int(closed.modified)])
        }
        try StateFile.replace(path, with: Array((Value.object(object).indentedJSON(.exact) + "\n").utf8))
    }
}
