// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Ledger
import PluginHost

struct LedgerRotateVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Encrypts the sensitive values of the ledger and its backups with a new key.",
        discussion: "The key lies in `.converge/ledger.key`, or where CONVERGE_LEDGER_KEY_FILE says.")

    @OptionGroup var shared: SharedOptions
    @Flag(help: "The old key is gone for good: what it encrypted stays unreadable until it is read anew.")
    var lost = false

    func run() async throws {
        let workspace = try Workspace(projectOf: shared)
        let (engine, lost) = (workspace.engine, lost)
        let sealer = engine.sealer
        try await sealer.addKey(isLost: lost)
        let done = try engine.ledger.reseal { (text) throws(CallError) in try sealer.sealedAnew(text) }
        try sealer.dropEarlierKeys()
        try await note(done, workspace)
        if shared.json {
            return workspace.output.print(document: [
                "encrypted": .int(Int64(done.sealed)), "unreadable": .int(Int64(done.unopened)),
                "key_file": .string(sealer.path)
            ])
        }
        workspace.output.print(
            "Encrypted \(done.sealed) value\(done.sealed == 1 ? "" : "s") with a new key: \(Paths.shown(sealer.path)).")
        if done.unopened > 0 {
            workspace.output.print(
                "\(done.unopened) of a key that is gone cannot be read; `refresh RECIPE` records what the platforms "
                    + "still give.")
        }
    }

    private func note(_ done: ResealedValues, _ workspace: Workspace) async throws(Diagnostic) {
        let here = LeaseHolder.current(command: "")
        try await workspace.engine.ledger.audit(
            AuditEntry(
                time: workspace.engine.services.clock.now(), actor: here.user, host: here.host, action: "rotate",
                environment: workspace.environment, module: "",
                detail: "\(done.sealed) sensitive values have a new key, \(done.unopened) cannot be opened"))
    }
}
