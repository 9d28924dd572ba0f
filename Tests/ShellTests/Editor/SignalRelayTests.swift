// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Shell

/// Each in a process of its own, since signals belong to a process.
struct SignalRelayTests {
    @Test func `a signal reaches all who listen and does not end the process`() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let first = SignalRelay.shared.deliveries(of: [.interrupt])
            let second = SignalRelay.shared.deliveries(of: [.interrupt, .terminate])
            for _ in 0..<3 { kill(getpid(), SIGINT) }
            kill(getpid(), SIGTERM)
            var seen: [ProcessSignal] = []
            for await signal in first {
                seen.append(signal)
                break
            }
            for await signal in second where signal == .terminate { exit(seen == [.interrupt] ? 7 : 1) }
        }
    }

    @Test func `a signal that nobody listens to any more ends the process`() async {
        await #expect(processExitsWith: .signal(SIGTERM)) {
            let id = SignalRelay.shared.listen(to: [.terminate]) { _ in }
            SignalRelay.shared.stopListening(id)
            kill(getpid(), SIGTERM)
            while true { pause() }
        }
    }
}
