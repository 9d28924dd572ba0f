// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import PluginHost

/// Takes the requests of one webhook: signed, of the present, and each once.
///
/// A sender signs with the secret that both know: `x-converge-signature: sha256=HEX`, the HMAC-SHA256 of the time stamp
/// in `x-converge-timestamp` (seconds since 1970), a full stop, and the body. The same request again gets the same
/// answer and starts nothing more, so that a sender whose answer was lost may repeat it.
struct WebhookDesk: Sendable {
    let watch: TriggerWatch
    let hook: Webhook

    func answer(_ request: HTTPRequest, _ services: LentServices) async -> HTTPResponse {
        guard request.method == "POST" else {
            return .json(405, ["error": "only POST"], headers: [("allow", "POST")])
        }
        guard request.body.count <= hook.largest else {
            return .json(413, ["error": .string("the body is larger than \(hook.largest) bytes")])
        }
        let stamp = request.text("x-converge-timestamp") ?? ""
        guard let seconds = Int64(stamp), let given = request.text("x-converge-signature") else {
            return .json(401, ["error": "x-converge-timestamp and x-converge-signature are missing"])
        }
        let now = services.clock.now()
        let (nanoseconds, isBeyond) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let distance = isBeyond ? hook.window + hook.window : now.since(Timestamp(nanoseconds: nanoseconds))
        let wanted: [UInt8]
        do throws(CallError) {
            wanted = try await services.hashing.hmacSHA256(
                Array(stamp.utf8) + [UInt8(ascii: ".")] + request.body, key: hook.secret)
        } catch {
            watch.log.tell("hook", "A request to \(hook.path) cannot be checked.", [error.diagnostic])
            return .json(503, ["error": "the request cannot be checked now"])
        }
        let signature = "sha256=" + Self.hex(wanted)
        guard Self.isSame(Array(given.utf8), Array(signature.utf8)) else {
            return .json(401, ["error": "the signature does not fit"])
        }
        guard distance <= hook.window, distance >= .zero - hook.window else {
            return .json(401, ["error": "the time stamp is too far from the present"])
        }
        guard let body = Self.value(of: request) else {
            return .json(400, ["error": "the body is neither JSON nor text"])
        }
        if await watch.recipe.workspace.holdsSecret(body) {
            watch.log.tell("hook", "A request to \(hook.path) holds a secret and is not taken.")
            return .json(422, ["error": "the body holds a secret of the project, and would be recorded in clear"])
        }
        let find = TriggerFind(
            "\(stamp) \(signature)", due: now, event: ["body": body, "path": .string(hook.path)])
        do {
            try await watch.record(TriggerSight(finds: [find], mark: nil), at: now)
        } catch {
            watch.log.tell("hook", "A request to \(hook.path) cannot be recorded.", [error])
            return .json(503, ["error": "the request cannot be recorded now"])
        }
        return .json(202, ["status": "accepted"])
    }

    /// Takes as long whatever differs.
    private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    /// JSON as values, nothing in it taken for a secret or a reference; anything else as text; nil for what is neither.
    private static func value(of request: HTTPRequest) -> Value? {
        let type = (request.text("content-type") ?? "").lowercased()
        if type.hasPrefix("application/json") || type.contains("+json") {
            do throws(JSONError) { return try Value(foreignJSON: request.body) } catch { return nil }
        }
        return String(validating: request.body, as: UTF8.self).map { .string($0) }
    }
}

extension HTTPRequest {
    /// The first header of that name.
    fileprivate func text(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.value.string
    }
}
