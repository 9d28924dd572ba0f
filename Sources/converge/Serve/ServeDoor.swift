// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginHost

/// The daemon's address on this machine: what it counts, whether it is well, and the requests that fire triggers.
struct ServeDoor: Sendable {
    let port: Int
    let services: LentServices
    let figures: ServeFigures
    let ledger: LedgerMetrics
    let hooks: HookTable
    let log: ServeLog

    /// How long ago the daemon may have gone its round and be well.
    private static let patience = Duration.seconds(30)

    /// Answers until it is cancelled.
    func serve() async throws(CallError) {
        do throws(CallError) {
            try await services.listener.serve(port: port) { port in
                log.tell("listening", "Listening on http://127.0.0.1:\(port).", ["port": .int(Int64(port))])
            } handler: { request in
                await answer(request)
            }
        } catch {
            if error.reason != .cancelled { throw error }
        }
    }

    private func answer(_ request: HTTPRequest) async -> HTTPResponse {
        let path = String(request.url.prefix { $0 != "?" && $0 != "#" })
        switch path {
        case "/metrics":
            let text = await metrics()
            return reading(request) {
                .text(200, text, type: "text/plain; version=0.0.4; charset=utf-8")
            }
        case "/healthz":
            return reading(request) {
                let now = services.clock.now()
                let isWell = figures.lastRound.map { now.since($0) < Self.patience } ?? false
                return .json(
                    isWell ? 200 : 503,
                    [
                        "status": isWell ? "ok" : "stuck",
                        "last_round": figures.lastRound.map { .string($0.description) } ?? .null
                    ])
            }
        default: return await hooks.answer(request, path: path, services)
        }
    }

    /// A ledger that cannot be read leaves its numbers out, which the daemon tells when it needs the ledger itself.
    private func metrics() async -> String {
        var families = figures.families()
        var readable = MetricFamily("converge_ledger_readable", .gauge, "1 where the ledger can be read.")
        do throws(Diagnostic) {
            families += try await ledger.families()
            readable.add(1)
        } catch {
            readable.add(0)
        }
        return (families + [readable]).map(\.text).joined()
    }

    private func reading(_ request: HTTPRequest, _ body: () -> HTTPResponse) -> HTTPResponse {
        if request.method == "GET" || request.method == "HEAD" { return body() }
        return .json(405, ["error": "only GET"], headers: [("allow", "GET, HEAD")])
    }
}

extension HTTPResponse {
    static func text(_ status: Int, _ text: String, type: String) -> HTTPResponse {
        HTTPResponse(status: status, headers: [("content-type", type)], body: Array(text.utf8))
    }

    static func json(
        _ status: Int, _ object: ObjectValue, headers: [(name: String, value: String)] = []
    ) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: [("content-type", "application/json")] + headers,
            body: Array((Value.object(object).json(.plain) + "\n").utf8))
    }
}

/// `127.0.0.1:PORT`, as `--listen` takes it.
struct LoopbackAddress: Sendable, Hashable {
    let port: Int

    /// - Returns: Nil for another address than this machine's own.
    init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "127.0.0.1" || parts[0] == "localhost", let port = Int(parts[1]),
            (0...65_535).contains(port)
        else { return nil }
        self.port = port
    }
}
