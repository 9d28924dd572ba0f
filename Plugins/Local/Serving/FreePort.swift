// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// Finds a port of the loopback address that nobody listens on.
enum FreePort {
    /// The kernel hands a port out again only after it went round; so it stays free for the program that gets it.
    static func find() throws(CallError) -> Int {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard handle >= 0 else { throw failure() }
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(handle, pointer, length) == 0 ? getsockname(handle, pointer, &length) : -1
            }
        }
        guard code == 0 else { throw failure() }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func failure() -> CallError {
        CallError(.failed, "no port can be had for the model: \(String(cString: strerror(errno)))")
    }
}
