// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc
import Synchronization

/// Writes the supervisor's log to standard output, redacted. Where that is the supervisor's log file, the file is put
/// aside when it has become long, and one such is kept.
final class SupervisorLog: Sendable {
    private static let longest = 8 << 20
    private let path: String
    private let redactor: Redactor
    private let lock = Mutex(())

    init(path: String, redactor: Redactor) {
        self.path = path
        self.redactor = redactor
    }

    /// One line, with the time and the service that it is about.
    func write(_ id: String, _ text: String) {
        let line = redactor.redact("\(SystemClock().now()) \(id): \(text)\n")
        lock.withLock { _ in
            putAsideIfLong()
            var rest = Array(line.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
                // A log that cannot be written is no reason to stop what it is about.
                if count <= 0 { return }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Says why the supervisor itself ends before its time.
    func write(failure: Diagnostic) { write(Self.itself, Self.failing + failure.message) }

    /// Why a supervisor failed, from what it wrote: its own words, else the first line of whatever it printed.
    static func failure(in text: String) -> String? {
        let lines = text.split(separator: "\n")
        let mark = " \(itself): \(failing)"
        let own = lines.last { $0.contains(mark) }?.split(separator: mark, maxSplits: 1).last
        return (own ?? lines.first).map(String.init)
    }

    /// The name under which the supervisor writes about itself.
    static let itself = "supervisor"
    private static let failing = "fails: "

    private func putAsideIfLong() {
        var (open, named) = (stat(), stat())
        guard fstat(STDOUT_FILENO, &open) == 0, open.st_mode & S_IFMT == S_IFREG, open.st_size > Self.longest,
            stat(path, &named) == 0, named.st_ino == open.st_ino, rename(path, path + ".1") == 0
        else { return }
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { return }
        dup2(file, STDOUT_FILENO)
        dup2(file, STDERR_FILENO)
        close(file)
    }
}
