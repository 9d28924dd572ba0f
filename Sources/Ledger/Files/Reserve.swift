// SPDX-License-Identifier: Apache-2.0
import Glibc
import Synchronization

/// Room on the disk that is kept so that what has happened can be recorded when the disk is full.
///
/// It is a file that takes its room before anything begins, and goes when a record finds none. From then on nothing
/// begins until it can be made again.
final class Reserve: Sendable {
    /// Enough for the ends of everything that is under way at once.
    static let size: Int64 = 1 << 20

    private let path: String
    private let isSpent = Mutex(false)

    init(_ path: String) { self.path = path }

    /// Takes the room unless it is taken.
    ///
    /// - Throws: Where the disk does not have it.
    func take() throws(StateFileError) {
        try isSpent.withLock { isSpent throws(StateFileError) in
            if !isSpent, isTaken { return }
            let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw StateFileError(action: "create", path: path, code: errno) }
            let code = posix_fallocate(descriptor, 0, off_t(Self.size))
            close(descriptor)
            guard code == 0 else {
                unlink(path)
                throw StateFileError(action: "reserve room in", path: path, code: code)
            }
            isSpent = false
        }
    }

    /// Makes sure of the room before something begins; costs nothing as long as it was never given up.
    func verify() throws(StateFileError) { if isSpent.withLock({ $0 }) { try take() } }

    /// Gives the room to a record.
    func giveUp() {
        isSpent.withLock { isSpent in
            isSpent = true
            unlink(path)
        }
    }

    /// True once it was given to a record, and until it is taken again.
    var isGivenUp: Bool { isSpent.withLock { $0 } }

    private var isTaken: Bool {
        var status = stat()
        return stat(path, &status) == 0 && Int64(status.st_size) >= Self.size
            && Int64(status.st_blocks) * 512 >= Self.size
    }
}
