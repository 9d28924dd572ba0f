// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Everything that the host lends to plugins, for one project and one process.
///
/// Making it costs nothing: connections, threads, folders and processes come into being when they are first used.
package final class LentServices: HostServices {
    package let http: any HTTPClient
    package let listener: any HTTPListener
    package let processes: any ProcessRunner
    package let files: any FileStore
    package let databases: any DatabaseOpener
    package let supervisor: any Supervisor
    package let hashing: any Hashing
    package let clock: any WallClock
    package let randomness: any Randomness
    package let log: any WorkLog
    package let secrets: any SecretKeeper
    package let asker: any Asker

    private let client: LentHTTPClient
    private let scratch: ScratchFolders
    private let opener: LentDatabaseOpener

    /// - Parameters:
    ///   - stateFolder: The project's `.converge`.
    ///   - vault: Resolves secrets; its redactor must also see what the caller writes itself.
    ///   - supervisor: The project's supervisor as this process sees it.
    ///   - sink: Takes what work logs, already redacted.
    package init(
        stateFolder: String, vault: SecretVault, supervisor: any Supervisor, sink: @escaping WorkLogSink
    ) {
        client = LentHTTPClient(vault: vault)
        scratch = ScratchFolders(root: stateFolder + "/scratch")
        opener = LentDatabaseOpener()
        http = client
        listener = LentHTTPListener()
        processes = LentProcessRunner(vault: vault, orphanGuard: OrphanGuard())
        files = LentFileStore(artifacts: ArtifactStore(folder: stateFolder + "/artifacts"), scratch: scratch)
        databases = opener
        self.supervisor = supervisor
        hashing = LentHashing(vault: vault)
        clock = SystemClock()
        randomness = SystemRandomness()
        log = RedactingLog(redactor: vault.redactor, sink: sink)
        secrets = LentSecrets(vault: vault)
        asker = TerminalAsker()
    }

    /// Gives back what was taken: connections, databases, scratch folders. The services fail from then on.
    package func close() async {
        await client.close()
        opener.close()
        scratch.close()
    }
}
