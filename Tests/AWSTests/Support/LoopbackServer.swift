// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Synchronization

/// A server that says what a test tells it, byte by byte, so that it can also stop in mid-answer. Each answer ends its
/// connection.
final class LoopbackServer: Sendable {
    struct Request: Sendable {
        var method: String
        var path: String
        var headers: [String: String]
        var body: String
    }

    /// An answer; of a cut one the last bytes are missing.
    struct Answer: Sendable {
        var status = 200
        var headers: [String: String] = [:]
        var body = ""
        var isCut = false

        static func xml(_ body: String, status: Int = 200) -> Answer {
            Answer(status: status, headers: ["Content-Type": "text/xml"], body: body)
        }

        static func json(_ body: String, status: Int = 200, headers: [String: String] = [:]) -> Answer {
            Answer(status: status, headers: headers, body: body)
        }

        /// An error of the JSON protocol.
        static func error(_ code: String, _ message: String = "no", status: Int = 400) -> Answer {
            json(
                "{\"__type\":\"\(code)\",\"message\":\"\(message)\"}", status: status,
                headers: ["x-amzn-RequestId": "id-1"])
        }

        var bytes: [UInt8] {
            var text = "HTTP/1.1 \(status) X\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n"
            for header in headers { text += "\(header.key): \(header.value)\r\n" }
            let whole = Array((text + "\r\n" + body).utf8)
            return isCut ? Array(whole.dropLast(Swift.max(1, body.utf8.count / 2))) : whole
        }
    }

    let address: String
    private let socket: Int32
    private let kept = Mutex<[Request]>([])
    private let stopped = Mutex(false)

    var requests: [Request] { kept.withLock { $0 } }

    /// - Parameter answer: Is told the number of the request, from 0.
    init(_ answer: @escaping @Sendable (Request, Int) -> Answer) throws {
        let port = try MotoServer.freePort()
        address = "http://127.0.0.1:\(port)"
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = port.bigEndian
        place.sin_addr.s_addr = inet_addr("127.0.0.1")
        let bound = withUnsafePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(socket, 64) == 0 else { throw MotoServer.NotReady(reason: "bind: \(errno)") }
        let thread = Thread { [socket, self] in
            while true {
                let connection = accept(socket, nil, nil)
                // The number of a closed socket may be another server's by now: only who accepts closes it.
                if connection < 0 {
                    close(socket)
                    return
                }
                let request = Self.read(connection)
                let number = self.kept.withLock { kept -> Int in
                    kept.append(request)
                    return kept.count - 1
                }
                let bytes = answer(request, number).bytes
                _ = bytes.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
                shutdown(connection, Int32(SHUT_RDWR))
                close(connection)
            }
        }
        thread.start()
    }

    /// Listens no more.
    func stop() {
        stopped.withLock { stopped in
            if !stopped { shutdown(socket, Int32(SHUT_RDWR)) }
            stopped = true
        }
    }

    private static func read(_ connection: Int32) -> Request {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let request = parsed(bytes) { return request }
            let count = Glibc.read(connection, &buffer, buffer.count)
            if count <= 0 { return Request(method: "", path: "", headers: [:], body: "") }
            bytes += buffer[..<count]
        }
    }

    private static func parsed(_ bytes: [UInt8]) -> Request? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            headers[pair[0].lowercased()] = pair.count > 1 ? String(pair[1]).trimmingCharacters(in: .whitespaces) : ""
        }
        let body = String(text[end.upperBound...])
        guard body.utf8.count >= headers["content-length"].flatMap({ Int($0) }) ?? 0 else { return nil }
        return Request(
            method: words.first.map(String.init) ?? "", path: words.dropFirst().first.map(String.init) ?? "",
            headers: headers, body: body)
    }
}
