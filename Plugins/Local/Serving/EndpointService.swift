// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The long-lived half of `local.Endpoint`: listens, forwards, and keeps the models' processes alive.
struct EndpointService: SupervisedService {
    static let name = "endpoint"

    var name: String { Self.name }

    /// The specification of an endpoint's service.
    static func specification(id: String, folder: String) -> SupervisedServiceSpecification {
        SupervisedServiceSpecification(
            id: "endpoint-" + id, plugin: "local", service: name, configuration: .object(["folder": .string(folder)]))
    }

    func run(_ request: ServiceRequest) async throws(CallError) {
        guard let folder = request.configuration["folder"]?.string, let record = try EndpointRecord(folder: folder)
        else {
            throw CallError(.notFound, "the endpoint's folder is gone")
        }
        let endpoint = RunningEndpoint(record, folder: folder, services: request.services)
        let (changes, changing) = AsyncStream.makeStream(of: Change.self)
        let failure = Signal<CallError>()
        // The body hands out tasks for the models' processes as long as the endpoint runs; the others end it.
        await withDiscardingTaskGroup { group in
            group.addTask {
                failure.give(await endpoint.listen())
                endpoint.end()
            }
            group.addTask {
                await Self.take(request.inbox, endpoint, changing)
                endpoint.end()
            }
            group.addTask {
                do throws(CallError) {
                    try await endpoint.startRecorded()
                    await Self.makeChanges(changes, endpoint)
                } catch {
                    failure.give(error)
                    endpoint.end()
                }
            }
            for await process in endpoint.starts { group.addTask { await process.run() } }
            changing.finish()
            group.cancelAll()
        }
        if Task.isCancelled { throw CallError(.cancelled, "stopped on request") }
        if let error = failure.content { throw error }
    }

    /// Something that takes time; one after another.
    private struct Change: Sendable {
        let message: EndpointMessage
        let answer: @Sendable (Result<Value, CallError>) -> Void
    }

    private static func take(
        _ inbox: any ServiceInbox, _ endpoint: RunningEndpoint, _ changing: AsyncStream<Change>.Continuation
    ) async {
        while let message = await inbox.next() {
            do throws(CallError) {
                switch try EndpointMessage(message.content) {
                case .current: message.answer(.success(try await endpoint.current().value))
                case let change: changing.yield(Change(message: change, answer: message.answer))
                }
            } catch {
                message.answer(.failure(error))
            }
        }
    }

    private static func makeChanges(_ changes: AsyncStream<Change>, _ endpoint: RunningEndpoint) async {
        for await change in changes {
            do throws(CallError) {
                change.answer(.success(try await endpoint.change(change.message).value))
            } catch {
                change.answer(.failure(error))
            }
        }
    }
}
