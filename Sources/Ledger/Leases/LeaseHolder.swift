// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Glibc

/// Who holds a lease, as its lock file says.
package struct LeaseHolder: Sendable, Hashable {
    package var process: Int64
    package var user: String
    package var host: String
    /// What it is doing, such as `converge apply shop.recipe`; no values of parameters.
    package var command: String
    package var since: Timestamp

    package init(process: Int64, user: String, host: String, command: String, since: Timestamp) {
        self.process = process
        self.user = user
        self.host = host
        self.command = command
        self.since = since
    }

    /// This process, from now on.
    package static func current(command: String) -> LeaseHolder {
        LeaseHolder(
            process: Int64(getpid()), user: userName(), host: hostName(), command: command, since: now())
    }

    /// Whether this very process is meant.
    package var isThisProcess: Bool { process == Int64(getpid()) && host == Self.hostName() }

    private static func userName() -> String {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16_384)
        if getpwuid_r(getuid(), &entry, &buffer, buffer.count, &found) == 0, found != nil,
            let name = entry.pw_name as UnsafeMutablePointer<CChar>?
        {
            return String(cString: name)
        }
        return String(getuid())
    }

    private static func hostName() -> String {
        var name = [UInt8](repeating: 0, count: 256)
        let isKnown = name.withUnsafeMutableBytes { bytes in
            bytes.bindMemory(to: CChar.self).baseAddress.map { gethostname($0, bytes.count) == 0 } ?? false
        }
        return isKnown ? String(decoding: name.prefix { $0 != 0 }, as: UTF8.self) : "localhost"
    }

    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    var content: [UInt8] {
        let object: ObjectValue = [
            "process": .int(process), "user": .string(user), "host": .string(host), "command": .string(command),
            "since": .string(since.description)
        ]
        return Array((Value.object(object).json(.plain) + "\n").utf8)
    }

    /// Nil where the holder has not said yet who it is.
    init?(content: [UInt8]) {
        guard let object = (try? Value(json: content))?.object, let process = object["process"]?.int,
            let user = object["user"]?.string, let host = object["host"]?.string,
            let command = object["command"]?.string, let since = object["since"]?.string.flatMap({ Timestamp($0) })
        else { return nil }
        self.init(process: process, user: user, host: host, command: command, since: since)
    }
}
