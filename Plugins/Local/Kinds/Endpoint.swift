// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// `local.Endpoint`: an address of this machine behind which models run as supervised processes.
struct Endpoint: FolderKind {
    static let schema = ResourceKindSchema(
        name: "local.Endpoint",
        doc: "An address of this machine that answers requests by models, which run as supervised processes",
        example: """
            resource predictions: local.Endpoint { replicas: 2 }
            """,
        fields: [
            .thingName,
            .optional("cpus", .float, default: 1.0, "processors that the machine must have for one copy of a model"),
            .optional(
                "memory", .size, default: .size(2 << 30),
                "memory that one copy may have for its data, which the machine must have"),
            .optional("replicas", .int, default: 1, "how many copies of a model share the requests"),
            .labels
        ],
        outputs: [
            .id,
            .output("name", .string, "the endpoint's name"),
            .output("url", .string, "where requests go; 503 until a model is deployed"),
            .output("model", .optional(.model), "the model that gets most requests", change: .operational),
            .output("traffic", .map(.percent), "the share of each version in service", change: .operational),
            .output("replicas", .int, "how many copies of a model there are", change: .operational),
            .condition(
                "status", expected: inService, otherwise: [notInService],
                "whether something listens at the address; an apply brings an endpoint back into service")
        ],
        facets: ["ModelHost"], isListable: true, isListedWhole: true,
        rules: [
            .thingName,
            KindRule(
                .beyondMachine, where: "cpus <= machine.cpus", field: "cpus",
                message: "this machine has ${machine.cpus} processors, fewer than the ${cpus} asked for",
                help: ["ask for fewer `cpus`, or for another provider"]),
            KindRule(
                .beyondMachine, where: "memory <= machine.memory", field: "memory",
                message: "this machine has ${machine.memory} of memory, less than the ${memory} asked for",
                help: ["ask for less `memory`, or for another provider"]),
            KindRule(
                .wrongCopies, where: "replicas >= 1 and replicas <= 1000", field: "replicas",
                message: "an endpoint has 1 to 1000 copies of its model, not ${replicas}", help: ["replicas: 2"])
        ])

    private static let answerLimit = Duration.seconds(30)
    private static let pause = Duration.milliseconds(50)
    private static let inService = "in service"
    private static let notInService = "not in service"

    let platform: Platform

    func folder(of thing: Thing) -> String { folder(id: thing.id) }

    private func folder(id: String) -> String { "endpoints/" + id }

    private func host(id: String) -> EndpointHost {
        EndpointHost(
            specification: EndpointService.specification(id: id, folder: platform.folder + "/" + folder(id: id)),
            services: platform.services)
    }

    func make(_ thing: Thing, context: CallContext) async throws(CallError) -> ObjectValue {
        let replicas = Self.replicas(thing.inputs)
        let path = path(of: thing)
        try LocalFiles.makeFolder(path)
        if try EndpointRecord(folder: path) == nil {
            try await EndpointRecord(replicas: replicas, memory: thing.inputs["memory"]?.size)
                .write(to: path, platform.services.files)
        }
        let deployment = try await host(id: thing.id).send(.current, timeout: Self.answerLimit)
        return ["url": .string(deployment.url)]
    }

    private static func replicas(_ inputs: ObjectValue) -> Int { Int(inputs["replicas"]?.int ?? 1) }

    func change(_ thing: Thing, to inputs: ObjectValue, context: CallContext) async throws(CallError) {
        let replicas = Self.replicas(inputs)
        if try await running([thing]).isEmpty { try await bringBack(thing) }
        let memory = inputs["memory"]?.size
        let record = try EndpointRecord(folder: path(of: thing))
        if record?.replicas == replicas, record?.memory == memory { return }
        _ = try await host(id: thing.id).send(
            .scale(replicas, memory: memory), timeout: RunningEndpoint.restartTimeout + Self.answerLimit)
    }

    /// Starts an endpoint whose supervisor ended or gave it up, and waits for the models that it served.
    private func bringBack(_ thing: Thing) async throws(CallError) {
        let begun = platform.services.clock.now()
        while true {
            let deployment = try await host(id: thing.id).send(.current, timeout: Self.answerLimit)
            let silent = deployment.versions.filter { $0.weight > 0 && !$0.isHealthy }
            guard let first = silent.first else { return }
            if platform.services.clock.now().since(begun) > RunningEndpoint.restartTimeout {
                throw .modelSilent(first.model, after: RunningEndpoint.restartTimeout, lastLines: [])
            }
            try await platform.services.clock.sleep(for: Self.pause)
        }
    }

    /// The ids of those things whose service runs.
    private func running(_ things: [Thing]) async throws(CallError) -> Set<String> {
        let services = Set(try await platform.services.supervisor.list().filter(\.isRunning).map(\.id))
        return Set(things.map(\.id).filter { services.contains(host(id: $0).specification.id) })
    }

    func outputs(of things: [Thing]) async throws(CallError) -> [ObjectValue] {
        if things.isEmpty { return [] }
        let running = try await running(things)
        var all: [ObjectValue] = []
        for thing in things {
            var outputs = try outputs(of: thing)
            outputs["status"] = .string(running.contains(thing.id) ? Self.inService : Self.notInService)
            all.append(outputs)
        }
        return all
    }

    func remove(_ thing: Thing, context: CallContext) async throws(CallError) {
        try await platform.services.supervisor.stop(host(id: thing.id).specification.id)
        try LocalFiles.discardFolder(path(of: thing))
    }

    func removeUnrecorded(id: String, context: CallContext) async throws(CallError) {
        let path = platform.folder + "/" + folder(id: id)
        guard try LocalFiles.isFolder(path) else { return }
        try await platform.services.supervisor.stop(host(id: id).specification.id)
        try LocalFiles.discardFolder(path)
    }

    func facet(_ name: String, of thing: Thing) async throws(CallError) -> (any Facet)? {
        name == "ModelHost" ? host(id: thing.id) : nil
    }

    func outputs(of thing: Thing) throws(CallError) -> ObjectValue {
        let record = try EndpointRecord(folder: path(of: thing)) ?? EndpointRecord(replicas: 0)
        let serving = record.versions.filter { $0.weight > 0 }
        let main = serving.max { $0.weight < $1.weight }
        return [
            "id": .string(thing.id), "name": .string(thing.name ?? thing.id), "url": thing.facts["url"] ?? .null,
            "model": main.map { .reference($0.model) } ?? .null,
            "traffic": .object(ObjectValue(serving.map { ($0.version, .percent($0.weight)) })),
            "replicas": .int(Int64(record.replicas))
        ]
    }
}
