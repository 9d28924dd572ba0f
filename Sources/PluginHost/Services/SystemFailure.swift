// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc
import SystemPackage

extension CallError {
    /// Refuses a pipe, a device, a socket or a folder where a file is read.
    static func notRegular(_ path: String) -> CallError {
        var status = stat()
        let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        return CallError(.invalid, "'\(path)' is \(isFolder ? "a folder" : "no regular file")")
    }

    /// A failed system call in words: what was tried, on what, and what the kernel answered.
    static func system(_ error: Errno, _ attempt: String, _ path: String) -> CallError {
        let message = "cannot \(attempt) '\(path)': \(error.description)"
        switch error {
        case .noSuchFileOrDirectory, .notDirectory: return CallError(.notFound, message)
        case .permissionDenied, .notPermitted, .readOnlyFileSystem: return CallError(.denied, message)
        case .fileExists, .directoryNotEmpty, .resourceBusy: return CallError(.conflict, message)
        case .noSpace: return CallError(.failed, message, help: ["free some space on that disk and try again"])
        default: return CallError(.failed, message)
        }
    }

    /// The failure of the system call that was just made.
    static func lastSystemCall(_ attempt: String, _ path: String) -> CallError {
        system(Errno(rawValue: errno), attempt, path)
    }
}

/// Runs a system call that answers -1 for failure, again while signals interrupt it.
///
/// - Throws: `CallError` in the words of the attempt.
@discardableResult
func checked<T: SignedInteger>(
    _ attempt: String, _ path: String, _ call: () -> T
) throws(CallError) -> T {
    while true {
        let result = call()
        if result != -1 { return result }
        if errno != EINTR { throw .lastSystemCall(attempt, path) }
    }
}
