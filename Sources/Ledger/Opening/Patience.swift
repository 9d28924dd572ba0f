// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc
import Synchronization

/// How long a connection asks again for a file that another process has locked.
///
/// Others hold it for the length of a commit. Asking every millisecond gets a turn soon, where SQLite's own growing
/// pauses would be passed over by a process that commits without pause.
final class Patience: Sendable {
    private let milliseconds: Atomic<Int64>

    init(_ time: Duration) { milliseconds = Atomic(time.wholeNanoseconds / 1_000_000) }

    /// - Parameter tries: How often it was asked before.
    /// - Returns: False to give up.
    func wait(tries: Int) -> Bool {
        guard tries < milliseconds.load(ordering: .relaxed) else { return false }
        usleep(1000)
        return true
    }

    /// Works with less patience where not to get the file is no failure.
    func shortened<T>(to time: Duration, _ body: () throws -> T) rethrows -> T {
        let usual = milliseconds.load(ordering: .relaxed)
        milliseconds.store(min(usual, time.wholeNanoseconds / 1_000_000), ordering: .relaxed)
        defer { milliseconds.store(usual, ordering: .relaxed) }
        return try body()
    }
}
