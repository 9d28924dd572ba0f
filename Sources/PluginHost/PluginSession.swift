// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// Everything about plugins that one process needs for one project: which there are, their code once it is needed,
/// their connections, and what is lent to them.
///
/// Making one costs nothing; folders are read, code is loaded and connections are opened when they are first asked
/// for.
package final class PluginSession: Sendable {
    /// Where a session finds things.
    package struct Surroundings: Sendable {
        /// The project's `.converge`.
        package var stateFolder: String
        package var locator: PluginLocator
        /// The command that becomes the project's supervisor: a program and its arguments.
        package var supervisorCommand: [String]

        package init(stateFolder: String, locator: PluginLocator, supervisorCommand: [String]) {
            self.stateFolder = stateFolder
            self.locator = locator
            self.supervisorCommand = supervisorCommand
        }
    }

    package let catalog: PluginCatalog
    package let vault: SecretVault
    package let services: LentServices
    let loader = PluginLoader()
    let supervisorPlace: SupervisorPlace
    private let stateFolder: String
    private let connections = ProviderConnections()
    private let supervisor: SupervisorClient

    /// - Parameters:
    ///   - vault: Resolves secrets; its redactor must also see what the caller writes itself.
    ///   - sink: Takes what work logs, already redacted.
    package init(_ surroundings: Surroundings, vault: SecretVault = SecretVault(), sink: @escaping WorkLogSink) {
        stateFolder = surroundings.stateFolder
        catalog = PluginCatalog(locator: surroundings.locator)
        self.vault = vault
        supervisorPlace = SupervisorPlace(stateFolder: surroundings.stateFolder)
        supervisor = SupervisorClient(
            place: supervisorPlace, launch: surroundings.supervisorCommand, catalog: catalog)
        services = LentServices(
            stateFolder: surroundings.stateFolder, vault: vault, supervisor: supervisor, sink: sink)
    }

    /// Services like this session's with another supervisor and log.
    func services(supervisor: any Supervisor, sink: @escaping WorkLogSink) -> LentServices {
        LentServices(stateFolder: stateFolder, vault: vault, supervisor: supervisor, sink: sink)
    }

    /// Starts the project's supervisor where services should run and none does, as after a reboot.
    package func reviveServices() async throws(CallError) { try await supervisor.revive() }

    /// What a plugin adds, from its code.
    package func contents(of plugin: String) throws(Diagnostic) -> PluginContents {
        try loader.load(try catalog.plugin(named: plugin))
    }

    /// The connection of an environment under an alias, opened when first asked for, once.
    ///
    /// - Parameter settings: Of the `use` line; defaults are filled in here.
    package func provider(
        plugin: String, alias: String, environment: String, settings: ObjectValue
    ) async throws(CallError) -> any Provider {
        let contents: PluginContents
        do throws(Diagnostic) {
            contents = try self.contents(of: plugin)
        } catch {
            throw CallError(.failed, error)
        }
        guard let connect = contents.connect, let schema = contents.provider else {
            throw CallError(.invalid, "the plugin '\(plugin)' has no platform to connect to")
        }
        var filled = settings
        for setting in schema.settings where filled[setting.name] == nil {
            if let value = setting.defaultValue { filled[setting.name] = value }
        }
        let folder = [plugin, environment, alias].reduce(stateFolder) { $0 + "/" + SupervisorPlace.fileName(for: $1) }
        let request = ConnectRequest(
            alias: alias, environment: environment, settings: filled, folder: folder, services: services)
        return try await connections.provider(plugin: plugin, request, connect)
    }

    /// The executor of a step kind: that of the placed resource's plugin where it has one, else that of the plugin
    /// that declares the kind, else of any.
    ///
    /// - Returns: Nil where no plugin executes the kind.
    package func executor(of stepKind: String, placedOn plugin: String? = nil) throws(Diagnostic) -> (any StepExecutor)?
    {
        let able = catalog.plugins.filter { $0.manifest.executors.contains(stepKind) }
        let chosen =
            able.first { $0.manifest.name == plugin }
            ?? able.first { $0.manifest.stepKinds.contains { $0.name == stepKind } }
            ?? able.first
        guard let chosen else { return nil }
        return try loader.load(chosen).executors.first { $0.kind == stepKind }
    }

    /// The function of that name; nil where no plugin has it.
    package func function(named name: String) throws(Diagnostic) -> (any PluginFunction)? {
        guard let plugin = catalog.plugins.first(where: { $0.manifest.functions.contains { $0.name == name } }) else {
            return nil
        }
        return try loader.load(plugin).functions.first { $0.schema.name == name }
    }

    /// The verb of that name and its plugin; nil where no plugin has it.
    package func verb(named name: String) throws(Diagnostic) -> (plugin: String, verb: any PluginVerb)? {
        guard let plugin = catalog.plugins.first(where: { $0.manifest.verbs.contains { $0.name == name } }),
            let verb = try loader.load(plugin).verbs.first(where: { $0.schema.name == name })
        else { return nil }
        return (plugin.manifest.name, verb)
    }

    /// Gives back what was taken: connections, databases, scratch folders.
    package func close() async {
        await connections.close()
        await services.close()
    }
}
