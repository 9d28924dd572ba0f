// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Asks a model whether it can be asked.
struct HealthCheck: Sendable {
    enum Problem: Sendable, Hashable {
        /// Nothing listens, or what listens says nothing.
        case silent
        case wrongAnswer(String)
        case cancelled
    }

    private static let firstPause = Duration.milliseconds(10)
    private static let longestPause = Duration.milliseconds(200)
    private static let pauseLater = Duration.seconds(5)
    private static let failuresLater = 3
    /// How long a model that has answered before may be silent.
    static let patience = pauseLater * failuresLater

    let url: String
    let services: any HostServices

    /// Asks once; nil for well.
    private func ask(timeout: Duration) async -> Problem? {
        do throws(CallError) {
            let response = try await services.http.send(
                HTTPRequest(url: url, headers: [("connection", "close")], timeout: timeout))
            return (200..<300).contains(response.status) ? nil : .wrongAnswer("status \(response.status)")
        } catch {
            switch error.reason {
            case .cancelled: return .cancelled
            case .lost: return .wrongAnswer("something that is no HTTP")
            default: return .silent
            }
        }
    }

    /// Asks until the model answers well; nil when it does.
    func firstProblem(within timeout: Duration) async -> Problem? {
        let begun = services.clock.now()
        var pause = Self.firstPause
        while true {
            let rest = timeout - services.clock.now().since(begun)
            guard let problem = await ask(timeout: max(.milliseconds(100), min(.seconds(2), rest))) else { return nil }
            if problem == .cancelled || services.clock.now().since(begun) + pause > timeout { return problem }
            do throws(CallError) { try await services.clock.sleep(for: pause) } catch { return .cancelled }
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// Asks now and then until the model does not answer several times in a row.
    func laterProblem(unless isBusy: @Sendable () -> Bool) async -> Problem {
        var failures = 0
        while true {
            do throws(CallError) { try await services.clock.sleep(for: Self.pauseLater) } catch { return .cancelled }
            guard let problem = await ask(timeout: Self.pauseLater), !isBusy() else {
                failures = 0
                continue
            }
            failures += 1
            if problem == .cancelled || failures == Self.failuresLater { return problem }
        }
    }

    func failure(
        _ problem: Problem, _ model: Reference, after time: Duration, lastLines: [String]
    ) -> CallError {
        switch problem {
        case .silent: .modelSilent(model, after: time, lastLines: lastLines)
        case .wrongAnswer(let answer): .modelUnhealthy(model, answer, after: time, lastLines: lastLines)
        case .cancelled: CallError(.cancelled, "stopped on request")
        }
    }
}
