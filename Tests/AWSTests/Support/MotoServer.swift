// SPDX-License-Identifier: Apache-2.0
import ChildPrograms
import ConvergeSDK
import Foundation
import Testing

/// A server that imitates AWS, one for all tests of the process. It ends with the process.
actor MotoServer {
    static let shared = MotoServer()

    /// True where the program is on the search path; tests that need it are skipped by name where not.
    static let isInstalled: Bool = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.contains { FileManager.default.isExecutableFile(atPath: $0 + "/moto_server") }
    }()

    private var started: Task<String, any Error>?

    /// The server's address; the first call starts it.
    func address() async throws -> String {
        if let started { return try await started.value }
        let task = Task { try await Self.start() }
        started = task
        return try await task.value
    }

    /// Starts one more server, which ends with the process as well.
    ///
    /// - Parameter command: The server's program and arguments for a port, as a shell reads them.
    static func start(
        variables: [String: String] = [:],
        _ command: (UInt16) -> String = { "moto_server -H 127.0.0.1 -p \($0)" }
    ) async throws -> String {
        let port = try freePort()
        let folder = NSTemporaryDirectory() + "converge-moto-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // The shell waits for the end of its input, which comes when this process is gone, however it goes.
        let pipe = folder + "/alive"
        guard mkfifo(pipe, 0o600) == 0, open(pipe, O_RDWR | O_CLOEXEC) >= 0 else {
            throw NotReady(reason: "no pipe: \(errno)")
        }
        _ = try ChildProgram(
            ["sh", "-c", "\(command(port)) & SERVER=$!; read _; kill $SERVER"],
            variables: ProcessInfo.processInfo.environment.merging(variables) { $1 }, input: pipe, output: "/dev/null")
        let address = "http://127.0.0.1:\(port)"
        for _ in 0..<1800 {
            if isListening(port) { return address }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw NotReady(reason: "\(command(port)) does not listen after three minutes")
    }

    /// A port that nobody listens on.
    static func freePort() throws -> UInt16 {
        try withSocket(port: 0) { socket, address in
            guard bind(socket, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 else {
                throw NotReady(reason: "no port: \(errno)")
            }
            var bound = sockaddr_in()
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            _ = withUnsafeMutablePointer(to: &bound) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
            }
            return UInt16(bigEndian: bound.sin_port)
        }
    }

    private static func isListening(_ port: UInt16) -> Bool {
        (try? withSocket(port: port) { socket, address in
            connect(socket, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }) ?? false
    }

    private static func withSocket<T>(
        port: UInt16, _ body: (Int32, UnsafePointer<sockaddr>) throws -> T
    ) throws -> T {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return try withUnsafePointer(to: &address) {
            try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body(socket, $0) }
        }
    }

    struct NotReady: Error { let reason: String }
}
