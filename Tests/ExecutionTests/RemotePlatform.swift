// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import PlanningFixtures
import Synchronization

/// A platform of the tests with records of its own: it counts effects, loses answers and fails on request.
final class RemotePlatform: ListingProvider, ProviderGateway {
    enum Fault: Sendable {
        /// The effect happens and the answer is lost.
        case loseAnswer
        /// Nothing happens.
        case refuse
        /// The effect happens and the platform then cannot say so.
        case forget
        /// The effect happens in part, and the platform says that it failed.
        case breakOff
        /// The effect happens in part and the answer is lost.
        case loseInPart
        /// The call goes on until it is cancelled; nothing happens.
        case hang
    }

    struct Thing: Sendable {
        var inputs: ObjectValue
        var outputs: ObjectValue
        var token: OperationToken
    }

    struct Content {
        var things: [String: Thing] = [:]
        var effects: [String] = []
        var faults: [String: [Fault]] = [:]
        var forgotten: Set<String> = []
        var counter = 0
        /// Addresses of things that lists do not show.
        var unlisted: Set<String> = []
        /// `read ADDRESS` and `list`, a call each.
        var looks: [String] = []
        /// How many reads are still refused for now.
        var throttledLooks = 0
    }

    let content = Mutex(Content())

    func fail(_ call: String, with faults: Fault...) { content.withLock { $0.faults[call] = faults } }
    var things: [String: Thing] { content.withLock { $0.things } }
    var effects: [String] { content.withLock { $0.effects } }

    func provider(_ use: ProviderUse, environment: String) async throws(CallError) -> any Provider { self }

    func schema(of kind: String, plugin: String) -> ResourceKindSchema? { NotesModule.kind }

    private func effect(
        _ call: String, _ address: String, _ change: (inout Content) -> ObjectValue
    ) throws(CallError) -> ObjectValue {
        let result: Result<ObjectValue, CallError> = content.withLock { content in
            let key = "\(call) \(address)"
            let fault = content.faults[key]?.first
            if fault != nil { content.faults[key]?.removeFirst() }
            if case .refuse? = fault { return .failure(CallError(.failed, "the platform refuses \(key)")) }
            content.effects.append(key)
            let outputs = change(&content)
            switch fault {
            case .breakOff?, .loseInPart?:
                content.things[address]?.inputs["text"] = .null
                if case .breakOff? = fault { return .failure(CallError(.failed, "it broke in the middle")) }
                return .failure(CallError(.lost, "the connection broke"))
            case .loseAnswer?: return .failure(CallError(.lost, "the connection broke"))
            case .forget?:
                content.forgotten.insert(address)
                return .failure(CallError(.lost, "the connection broke"))
            default: return .success(outputs)
            }
        }
        return try result.get()
    }

    func create(_ request: CreateRequest) async throws(CallError) -> CreateResponse {
        let address = request.identity.address.text
        if content.withLock({ $0.faults["create \(address)"]?.first == .hang }) {
            try await MachineClock().sleep(for: .seconds(600))
        }
        return CreateResponse(
            outputs: try effect("create", address) { content in
                content.counter += 1
                let outputs: ObjectValue = ["id": .string("id-\(content.counter)"), "stamp": "1"]
                content.things[address] = Thing(
                    inputs: request.inputs, outputs: outputs, token: request.context.token)
                return outputs
            })
    }

    func list(_ request: ListRequest) async throws(CallError) -> ListResponse {
        let start = request.pageToken.flatMap { Int($0) } ?? 0
        return content.withLock { content in
            content.looks.append("list")
            let listed = content.things.sorted { $0.key < $1.key }.filter { !content.unlisted.contains($0.key) }
            let page = listed.dropFirst(start).prefix(10)
            return ListResponse(
                items: page.map {
                    ListedResource(id: $0.key, inputs: $0.value.inputs, outputs: $0.value.outputs)
                },
                nextPageToken: start + 10 < listed.count ? "\(start + 10)" : nil)
        }
    }

    func read(_ request: ReadRequest) async throws(CallError) -> ReadResponse {
        let isThrottled = content.withLock { content in
            content.looks.append("read \(request.identity.address)")
            content.throttledLooks -= 1
            return content.throttledLooks >= 0
        }
        if isThrottled { throw CallError(.throttled(retryAfter: .milliseconds(10)), "slow down") }
        guard let thing = things[request.identity.address.text] else { return .gone }
        return .found(inputs: thing.inputs, outputs: thing.outputs)
    }

    func update(_ request: UpdateRequest) async throws(CallError) -> UpdateResponse {
        let address = request.identity.address.text
        return UpdateResponse(
            outputs: try effect("update", address) { content in
                content.things[address]?.inputs = request.inputs
                content.things[address]?.token = request.context.token
                return content.things[address]?.outputs ?? [:]
            })
    }

    func delete(_ request: DeleteRequest) async throws(CallError) {
        let address = request.identity.address.text
        _ = try effect("delete", address) { content in
            content.things[address] = nil
            return [:]
        }
    }

    func settle(_ request: SettleRequest) async throws(CallError) -> Settlement {
        let address = request.identity.address.text
        return content.withLock { content in
            if content.forgotten.contains(address) { return .cannotTell(reason: "its memory is gone") }
            let thing = content.things[address]
            switch request.effect {
            case .delete: return thing == nil ? .happened(outputs: [:]) : .didNotHappen
            case .create, .update:
                guard let thing, thing.token == request.context.token else { return .didNotHappen }
                return .happened(outputs: thing.outputs)
            }
        }
    }

    func facet(_ request: FacetRequest) async throws(CallError) -> any Facet {
        throw CallError(.unsupported(feature: request.facet), "no facets here")
    }
}

/// The time of day of the machine.
struct MachineClock: WallClock {
    func now() -> Timestamp {
        Timestamp(nanoseconds: Int64(ContinuousClock.now.duration(to: .now).wholeNanoseconds))
    }

    func sleep(for duration: Duration) async throws(CallError) {
        do { try await Task.sleep(for: duration) } catch { throw CallError(.cancelled, "stopped") }
    }
}

struct MachineRandomness: Randomness {
    func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }
}
