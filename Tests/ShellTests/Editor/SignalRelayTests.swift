// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Shell

/// Each in a process of its own, since signals belong to a process.
struct SignalRelayTests {
    @Test func `a signal reaches all who listen and does not end the process`() async {
        await #expect(processExitsWith: .exitCode(7)) {
            let (first, toFirst) = AsyncStream<ProcessSignal>.makeStream()
            let (second, toSecond) = AsyncStream<ProcessSignal>.makeStream()
            let listeners = [
                SignalListening(to: [.interrupt]) { toFirst.yield($0) },
                SignalListening(to: [.interrupt, .terminate]) { toSecond.yield($0) }
            ]
            defer { for listener in listeners { listener.end() } }
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
            SignalListening(to: [.terminate]) { _ in }.end()
            kill(getpid(), SIGTERM)
            while true { pause() }
        }
    }
}
