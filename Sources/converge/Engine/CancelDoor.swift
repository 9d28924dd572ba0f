// SPDX-License-Identifier: Apache-2.0
import Execution
import Glibc

/// The way to a run that goes on behind a prompt, for those who want it to end: a named pipe beside the run's lease.
///
/// A signal to the prompt's process would reach whatever the prompt does at the moment. Each byte is one wish.
final class CancelDoor: Sendable {
    private let descriptor: Int32
    private let path: String
    /// Of the pipe: another one may have come into its place.
    private let number: ino_t

    /// Nil where no pipe can be made there.
    init?(run: String, project: Project) {
        path = Self.path(run, project)
        // One that a killed prompt left; the lease says that nobody uses it.
        unlink(path)
        guard mkfifo(path, 0o600) == 0 else { return nil }
        // For writing too, so that it never is at its end.
        descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return nil }
        number = status.st_ino
    }

    private static func path(_ run: String, _ project: Project) -> String {
        project.stateFolder + "/locks/\(run).cancel"
    }

    /// Leaves a wish.
    ///
    /// - Returns: False where nobody takes any.
    static func knock(run: String, project: Project) -> Bool {
        let descriptor = open(path(run, project), O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { Glibc.close(descriptor) }
        var byte: UInt8 = 1
        return write(descriptor, &byte, 1) == 1
    }

    /// Takes away what a killed prompt left.
    static func clear(run: String, project: Project) { unlink(path(run, project)) }

    /// Passes wishes on until the task is cancelled.
    ///
    /// - Parameter door: Holds the door once the run has begun.
    static func attend(_ door: Locked<CancelDoor?>, _ interruption: Interruption) async {
        while !Task.isCancelled {
            for _ in 0..<(door.value?.wishes() ?? 0) { interruption.request() }
            do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
        }
    }

    private func wishes() -> Int {
        var bytes = [UInt8](repeating: 0, count: 16)
        return max(0, read(descriptor, &bytes, bytes.count))
    }

    /// Once nobody attends it any more.
    func close() {
        var status = stat()
        if stat(path, &status) == 0, status.st_ino == number { unlink(path) }
        Glibc.close(descriptor)
    }
}
