// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import Planning
import PluginHost
import Synchronization

/// The paths at which requests fire triggers, and whose they are.
final class HookTable: Sendable {
    private struct Content {
        var hooks: [String: WebhookDesk] = [:]
        /// True once every recipe was read.
        var isWhole = false
    }

    private let content = Mutex(Content())

    /// Puts these in the place of those of a module, in one step: no request falls between the old and the new ones.
    ///
    /// - Returns: Those that hear nothing, since their path is another trigger's.
    func replace(module: String, by desks: [WebhookDesk]) -> [WebhookDesk] {
        content.withLock { content in
            content.hooks = content.hooks.filter { $0.value.watch.identity.module != module }
            return desks.filter { desk in
                if content.hooks[desk.hook.path] != nil { return true }
                content.hooks[desk.hook.path] = desk
                return false
            }
        }
    }

    /// Takes that every recipe was read: what is not here now is nowhere.
    func becomeWhole() { content.withLock { $0.isWhole = true } }

    func answer(_ request: HTTPRequest, path: String, _ services: LentServices) async -> HTTPResponse {
        let (desk, isWhole) = content.withLock { ($0.hooks[path], $0.isWhole) }
        if let desk { return await desk.answer(request, services) }
        // Whoever hears that nothing is here does not come again.
        return isWhole
            ? .json(404, ["error": "nothing is here"])
            : .json(503, ["error": "the recipes are still being read"], headers: [("retry-after", "1")])
    }
}
