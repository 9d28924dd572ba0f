// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The services of one project in the process that runs them.
///
/// What should run is on the disk before it runs, so that a supervisor that was killed is followed by one that starts
/// the same services.
actor ServiceRegister: Supervisor {
    private let place: SupervisorPlace
    private let catalog: PluginCatalog
    private let loader: PluginLoader
    private let log: @Sendable (_ id: String, _ text: String) -> Void
    private var services: (any HostServices)?
    private var instances: [String: SupervisedInstance] = [:]
    private var isLeaving = false
    private var idleSince = ContinuousClock.now
    /// The last of the changes, which are made one after another.
    private var lastChange: Task<Void, Never>?
    private var changesInProgress = 0

    init(
        place: SupervisorPlace, catalog: PluginCatalog, loader: PluginLoader,
        log: @escaping @Sendable (_ id: String, _ text: String) -> Void
    ) {
        self.place = place
        self.catalog = catalog
        self.loader = loader
        self.log = log
    }

    /// Starts what should run, with the services that are lent to it.
    func begin(lending services: any HostServices) async throws(CallError) {
        self.services = services
        for specification in try place.readSpecifications() {
            do throws(CallError) {
                try start(specification)
            } catch {
                // It stays recorded: the next supervisor may have its plugin again.
                log(specification.id, "cannot start: \(error.diagnostic.message)")
            }
        }
    }

    func ensure(_ service: SupervisedServiceSpecification) async throws(CallError) {
        try await change { (register: isolated ServiceRegister) async throws(CallError) in
            if let known = register.instances[service.id] {
                if known.specification == service, known.status.isRunning { return }
                await known.stop()
                register.instances[service.id] = nil
            }
            try register.start(service)
            try register.record()
        }
    }

    func call(_ id: String, _ message: Value, timeout: Duration) async throws(CallError) -> Value {
        guard let instance = instances[id] else { throw CallError(.notFound, .unknownService(id)) }
        return try await instance.mailbox.call(message, timeout: timeout)
    }

    func stop(_ id: String) async throws(CallError) {
        try await change { (register: isolated ServiceRegister) async throws(CallError) in
            guard let instance = register.instances.removeValue(forKey: id) else { return }
            try register.record()
            await instance.stop()
        }
    }

    func list() async throws(CallError) -> [SupervisedServiceStatus] {
        instances.values.map(\.status).sorted { $0.id < $1.id }
    }

    private func start(_ specification: SupervisedServiceSpecification) throws(CallError) {
        guard let services else { throw CallError(.failed, "the supervisor has not begun") }
        let service: any SupervisedService
        do throws(Diagnostic) {
            let contents = try loader.load(try catalog.plugin(named: specification.plugin))
            guard let found = contents.supervisedServices.first(where: { $0.name == specification.service }) else {
                throw .unknownServiceKind(specification, known: contents.supervisedServices.map(\.name))
            }
            service = found
        } catch {
            throw CallError(.failed, error)
        }
        let folder = place.folder(ofService: specification.id)
        try Folders.make(folder)
        let id = specification.id
        instances[id] = SupervisedInstance(specification, service, folder: folder, services: services) { [log] text in
            log(id, text)
        }
    }

    private func record() throws(CallError) {
        try place.writeSpecifications(instances.values.map(\.specification).sorted { $0.id < $1.id })
    }

    /// Makes one change after those that came before it.
    private func change(
        _ body: @escaping @Sendable (isolated ServiceRegister) async throws(CallError) -> Void
    ) async throws(CallError) {
        changesInProgress += 1
        defer {
            changesInProgress -= 1
            idleSince = ContinuousClock.now
        }
        let before = lastChange
        let task = Task { () async -> Result<Void, CallError> in
            await before?.value
            do throws(CallError) {
                return .success(try await body(self))
            } catch {
                return .failure(error)
            }
        }
        lastChange = Task { _ = await task.value }
        try await task.value.get()
    }

    /// False where the asking process knows another build of the plugin than the one that this process would use.
    func isCurrent(_ plugin: String, library: String) -> Bool {
        catalog.plugins.first { $0.manifest.name == plugin }?.manifest.sha256 == library
    }

    /// Decides to end, for ever, where nothing has been supervised for so long.
    func leaveIfIdle(for duration: Duration) -> Bool {
        if instances.isEmpty, changesInProgress == 0, ContinuousClock.now - idleSince > duration { isLeaving = true }
        return isLeaving
    }

    /// Decides to end, for ever; nothing is started from now on.
    func leave() { isLeaving = true }

    var hasDecidedToLeave: Bool { isLeaving }

    /// Ends all services, which stay recorded.
    func end() async {
        isLeaving = true
        let all = instances.values
        instances = [:]
        await withDiscardingTaskGroup { group in
            for instance in all { group.addTask { await instance.stop() } }
        }
    }
}
