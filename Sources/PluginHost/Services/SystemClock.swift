// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// The machine's clock.
struct SystemClock: WallClock {
    func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    func sleep(for duration: Duration) async throws(CallError) {
        do { try await Task.sleep(for: duration) } catch { throw .cancelled }
    }
}

/// The kernel's generator of random numbers.
struct SystemRandomness: Randomness {
    func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: max(0, count)) { buffer, filled in
            // One call of the kernel for all of them.
            if let start = buffer.baseAddress { arc4random_buf(start, buffer.count) }
            filled = max(0, count)
        }
    }

    /// 32 hexadecimal digits that name something for ever.
    static func name() -> String { Hex.text(SystemRandomness().bytes(16)) }
}
