// SPDX-License-Identifier: Apache-2.0
public import ConvergeSDK
import Synchronization

/// Lent services for unit tests: time stands still, randomness repeats, the log is kept, HTTP goes to a closure.
///
/// What a test needs for real (databases, processes, files, a supervisor) it takes from the host; here those refuse.
public struct FakeServices: HostServices {
    public let http: any HTTPClient
    public let listener: any HTTPListener = RefusingServices()
    public let processes: any ProcessRunner = RefusingServices()
    public let files: any FileStore = RefusingServices()
    public let databases: any DatabaseOpener = RefusingServices()
    public let supervisor: any Supervisor = RefusingServices()
    public let hashing: any Hashing
    public let clock: any WallClock
    public let randomness: any Randomness
    public let log: any WorkLog

    public init(
        http: any HTTPClient = RefusingServices(), hashing: any Hashing = RefusingServices(),
        clock: any WallClock = FakeClock(), randomness: any Randomness = FakeRandomness(), log: any WorkLog = KeptLog()
    ) {
        self.http = http
        self.hashing = hashing
        self.clock = clock
        self.randomness = randomness
        self.log = log
    }
}

/// A clock that moves when it is told to, or when somebody sleeps.
public final class FakeClock: WallClock {
    private let time: Mutex<Timestamp>

    public init(_ start: Timestamp = Timestamp(nanoseconds: 1_793_498_400_000_000_000)) { time = Mutex(start) }

    public func now() -> Timestamp { time.withLock { $0 } }
    public func advance(by duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }

    public func sleep(for duration: Duration) async throws(CallError) {
        if Task.isCancelled { throw CallError(.cancelled, "stopped on request") }
        advance(by: duration)
        await Task.yield()
    }
}

/// The same bytes in every test (SplitMix64).
public final class FakeRandomness: Randomness {
    private let state: Mutex<UInt64>

    public init(seed: UInt64 = 1) { state = Mutex(seed) }

    public func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in
            state.withLock { state in
                state &+= 0x9E37_79B9_7F4A_7C15
                var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
                mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
                return UInt8(truncatingIfNeeded: mixed ^ (mixed >> 31))
            }
        }
    }
}

/// Keeps what was logged.
public final class KeptLog: WorkLog {
    private let kept = Mutex<[String]>([])

    public init() {}

    public var lines: [String] { kept.withLock { $0 } }
    public func write(_ text: String, _ context: CallContext) { kept.withLock { $0.append(text) } }
    public func progress(_ fraction: Double?, _ text: String, _ context: CallContext) {
        kept.withLock { $0.append(text) }
    }
}
