// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import FoundationEssentials
import Glibc
import Ledger
import Planning
import PluginHost
import Synchronization

/// A project in one environment: its plugins, ledger and logs, each opened on first need.
final class Engine: Sendable {
    let project: Project
    let environment: String
    let plugins: PluginSession
    private let openLedger: Mutex<ProjectLedger?>
    private let openRunLog: Mutex<ProjectRunLog?>
    private let logListeners: LogListeners

    init(project: Project, environment: String, redactor: Redactor, vault: SecretVault) {
        self.project = project
        self.environment = environment
        let listeners = LogListeners()
        logListeners = listeners
        openLedger = Mutex(nil)
        openRunLog = Mutex(nil)
        plugins = PluginSession(
            project: project.folder, environment: environment, vault: vault, redactor: redactor,
            onLog: { listeners.take($0) })
    }
}
