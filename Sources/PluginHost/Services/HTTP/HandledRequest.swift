// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Synchronization

/// The handler's work on one connection's present request, which ends when the client goes away.
final class HandledRequest: Sendable {
    private enum State {
        case idle
        case working(Task<HTTPResponse, Never>)
        case abandoned
    }

    private let handler: @Sendable (HTTPRequest) async -> HTTPResponse
    private let state = Mutex(State.idle)

    init(handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse) { self.handler = handler }

    /// The handler's answer; nil where there is nobody left to take it.
    func answer(_ request: HTTPRequest) async -> HTTPResponse? {
        let work = state.withLock { state -> Task<HTTPResponse, Never>? in
            if case .abandoned = state { return nil }
            // A task of its own, since the connection's end must cancel this work and not the reading of it.
            let work = Task { [handler] in await handler(request) }
            state = .working(work)
            return work
        }
        guard let work else { return nil }
        let response = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            work.cancel()
        }
        return state.withLock { state in
            if case .abandoned = state { return nil }
            state = .idle
            return response
        }
    }

    func clientWentAway() {
        state.withLock { state in
            if case .working(let work) = state { work.cancel() }
            state = .abandoned
        }
    }
}
