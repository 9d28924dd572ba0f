// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import PluginHost
import Synchronization

/// The paths at which requests fire triggers, and whose they are.
final class HookTable: Sendable {
    private let hooks = Mutex<[String: WebhookDesk]>([:])

    /// - Returns: False where the path is another trigger's.
    func add(_ desk: WebhookDesk, at path: String) -> Bool {
        hooks.withLock { hooks in
            if let other = hooks[path], other.watch.identity != desk.watch.identity { return false }
            hooks[path] = desk
            return true
        }
    }

    /// Takes away those of a module.
    func remove(module: String) {
        hooks.withLock { hooks in hooks = hooks.filter { $0.value.watch.identity.module != module } }
    }

    func answer(_ request: HTTPRequest, path: String, _ services: LentServices) async -> HTTPResponse {
        guard let desk = hooks.withLock({ $0[path] }) else { return .json(404, ["error": "nothing is here"]) }
        return await desk.answer(request, services)
    }
}
