// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// A Unix socket between processes of one project, over which one line goes each way.
///
/// All calls block; they belong on `BlockingWork`.
struct LocalSocket: ~Copyable {
    let descriptor: Int32
    /// A longer line is refused.
    static let longestLine = 64 << 20

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// Takes over a descriptor, such as one that `accept` gave.
    init(adopting descriptor: Int32) { self.init(descriptor: descriptor) }

    deinit { close(descriptor) }

    /// Connects; nil where nobody listens.
    static func connect(_ path: String) throws(CallError) -> LocalSocket? {
        let socket = try open(path)
        let isConnected = try withAddress(path) { (address, size) in
            Glibc.connect(socket.descriptor, address, size) == 0
        }
        if isConnected { return socket }
        switch errno {
        case ENOENT, ECONNREFUSED, ENOTDIR: return nil
        default: throw .lastSystemCall("connect to", path)
        }
    }

    /// Listens at the path, taking the place of a socket that a killed process left there.
    ///
    /// It gets its name once it listens: whoever finds it there is not refused.
    static func listen(_ path: String) throws(CallError) -> LocalSocket {
        let new = path + ".new"
        unlink(new)
        let socket = try open(new)
        let isBound = try withAddress(new) { (address, size) in
            bind(socket.descriptor, address, size) == 0 && Glibc.listen(socket.descriptor, 64) == 0
        }
        guard isBound else { throw .lastSystemCall("listen at", path) }
        chmod(new, 0o600)
        guard rename(new, path) == 0 else { throw .lastSystemCall("listen at", path) }
        return socket
    }

    private static func open(_ path: String) throws(CallError) -> LocalSocket {
        let socket = LocalSocket(
            descriptor: try checked("open a socket for", path) { Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) }
        )
        try checked("set up a socket for", path) { fcntl(socket.descriptor, F_SETFD, FD_CLOEXEC) }
        return socket
    }

    /// The path as an address. An address holds 107 bytes; a longer path is named through its folder's descriptor.
    private static func withAddress<T>(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
    ) throws(CallError) -> T {
        let folder = try FileHandle(open: Paths.parent(of: path), O_RDONLY | O_DIRECTORY)
        let short = "/proc/self/fd/\(folder.descriptor)/\(Paths.name(of: path))"
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }

    /// Waits until there is something to read or take.
    ///
    /// - Returns: False at the deadline.
    func waitForInput(until deadline: ContinuousClock.Instant?, _ flag: CancellationFlag) throws(CallError) -> Bool {
        while true {
            try flag.check()
            if let deadline, ContinuousClock.now >= deadline { return false }
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // In short turns, since a flag wakes nobody.
            if Glibc.poll(&poll, 1, 50) > 0 { return true }
        }
    }

    /// Takes a connection of a listening socket; nil where it went away meanwhile.
    func accept() -> Int32? {
        let connection = Glibc.accept(descriptor, nil, nil)
        guard connection >= 0 else { return nil }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        return connection
    }

    /// Reads a line; nil where the other side ended without one.
    ///
    /// - Throws: `timedOut` at the deadline.
    func readLine(until deadline: ContinuousClock.Instant?, _ flag: CancellationFlag) throws(CallError) -> [UInt8]? {
        var line: [UInt8] = []
        let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { chunk.deallocate() }
        while line.last != UInt8(ascii: "\n") {
            guard try waitForInput(until: deadline, flag) else {
                throw CallError(.timedOut, "the supervisor did not answer in time")
            }
            let count = recv(descriptor, chunk.baseAddress, chunk.count, 0)
            if count <= 0 { return nil }
            line.append(contentsOf: chunk[..<count])
            if line.count > Self.longestLine { throw CallError(.invalid, "the message is too long") }
        }
        line.removeLast()
        return line
    }

    /// Writes a line; false where nobody reads any more.
    func writeLine(_ line: [UInt8]) -> Bool {
        var rest = (line + [UInt8(ascii: "\n")])[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
