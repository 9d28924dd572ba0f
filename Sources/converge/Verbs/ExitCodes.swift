// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// The exit codes that scripts rely on.
extension ExitCode {
    /// Failed or refused.
    static let failed = ExitCode(1)
    /// Differences were found by `drift`, `plan --check` or `fmt --check`.
    static let differences = ExitCode(2)
    /// A run waits for a time, a signal or an approval.
    static let waiting = ExitCode(3)
    /// Interrupted by Ctrl-C.
    static let interrupted = ExitCode(130)
}
