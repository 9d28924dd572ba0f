// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Glibc

/// Finds content in a project's store that nothing needs any more, and frees it.
package struct ArtifactSweep: Sendable {
    /// Content that nothing names.
    package struct Found: Sendable, Hashable {
        package let digest: String
        package let path: String
        /// In bytes, all files together.
        package let size: Int64
    }

    private let stateFolder: String
    private var store: String { stateFolder + "/artifacts" }
    /// What lies in the state folder and names no content that has to be kept, or is asked otherwise.
    private static let notRead = ["artifacts", "backups", "locks", "plugins", "scratch"]

    /// - Parameter stateFolder: The project's `.converge`.
    package init(stateFolder: String) { self.stateFolder = stateFolder }

    /// The content that neither the texts nor a file of the project's platforms names.
    ///
    /// Files are searched for digests whatever their form, so that the records of any plugin count: what is named
    /// anywhere is kept.
    ///
    /// - Parameter texts: What the ledger says of what is there.
    package func unreachable(_ texts: [String]) throws(CallError) -> [Found] {
        var left = try stored()
        if left.isEmpty { return [] }
        for text in texts { DigestScan.of(Array(text.utf8)) { left[$0] = nil } }
        for name in try Folders.names(of: stateFolder).sorted() {
            if Self.notRead.contains(name) || name.hasPrefix("ledger") || name.hasPrefix("runs.db") { continue }
            try search(stateFolder + "/" + name, &left)
        }
        var found: [Found] = []
        for (digest, path) in left.sorted(by: { $0.key < $1.key }) {
            found.append(Found(digest: digest, path: path, size: try size(of: path)))
        }
        return found
    }

    /// Frees content, but what was stored again since.
    ///
    /// - Parameter limit: When the content was found to be needed by nothing.
    /// - Returns: What was freed.
    package func free(_ found: [Found], unlessStoredSince limit: Timestamp) throws(CallError) -> [Found] {
        // What a process that was killed had not stored whole.
        let incoming = store + "/incoming"
        if Paths.exists(incoming) {
            for name in try Folders.names(of: incoming) { try remove("\(incoming)/\(name)", unlessStoredSince: limit) }
        }
        var freed: [Found] = []
        for item in found where try remove(item.path, unlessStoredSince: limit) { freed.append(item) }
        return freed
    }

    /// - Returns: Whether it was removed.
    @discardableResult
    private func remove(_ path: String, unlessStoredSince limit: Timestamp) throws(CallError) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        let stored = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        if stored >= limit.nanoseconds { return false }
        try Folders.remove(path)
        return true
    }

    /// Every stored content: its path by its digest.
    private func stored() throws(CallError) -> [String: String] {
        var found: [String: String] = [:]
        let root = store + "/sha256"
        guard Paths.exists(root) else { return [:] }
        for shelf in try Folders.names(of: root) {
            for digest in try Folders.names(of: root + "/" + shelf) where Hex.isDigest(digest) {
                found[digest] = "\(root)/\(shelf)/\(digest)"
            }
        }
        return found
    }

    private func search(_ path: String, _ left: inout [String: String]) throws(CallError) {
        if left.isEmpty { return }
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            let file: FileHandle
            do throws(CallError) {
                file = try FileHandle(open: path, O_RDONLY)
            } catch  where error.reason == .notFound {
                return
            }
            let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
            defer { chunk.deallocate() }
            var scan = DigestScan()
            while true {
                let count = try file.read(into: chunk)
                if count == 0 { break }
                scan.add(chunk[..<count]) { left[$0] = nil }
            }
            scan.end { left[$0] = nil }
        case S_IFDIR:
            for name in try Folders.names(of: path).sorted() { try search(path + "/" + name, &left) }
        default: break
        }
    }

    private func size(of path: String) throws(CallError) -> Int64 {
        var status = stat()
        guard lstat(path, &status) == 0 else { return 0 }
        guard status.st_mode & S_IFMT == S_IFDIR else { return Int64(status.st_size) }
        var sum: Int64 = 0
        for name in try Folders.names(of: path) { sum += try size(of: path + "/" + name) }
        return sum
    }
}

/// Finds the 64 hexadecimal digits of a digest in bytes of any form.
struct DigestScan {
    private static let length = 64
    private var run: [UInt8] = []

    /// Calls the body with each digest in the bytes.
    static func of(_ bytes: [UInt8], _ body: (String) -> Void) {
        var scan = DigestScan()
        bytes.withUnsafeBytes { scan.add($0[...], body) }
        scan.end(body)
    }

    mutating func add(_ bytes: Slice<UnsafeMutableRawBufferPointer>, _ body: (String) -> Void) {
        add(Slice(base: UnsafeRawBufferPointer(bytes.base), bounds: bytes.startIndex..<bytes.endIndex), body)
    }

    mutating func add(_ bytes: Slice<UnsafeRawBufferPointer>, _ body: (String) -> Void) {
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"):
                run.append(byte)
                if run.count == 64 * Self.length {
                    let last = Array(run.suffix(Self.length - 1))
                    end(body)
                    run = last
                }
            default: end(body)
            }
        }
    }

    /// What was read ends here. In a longer row of digits every 64 may be meant: numbers may stand before a digest.
    mutating func end(_ body: (String) -> Void) {
        defer { run.removeAll(keepingCapacity: true) }
        if run.count < Self.length { return }
        for start in 0...(run.count - Self.length) {
            body(String(decoding: run[start..<(start + Self.length)], as: UTF8.self))
        }
    }
}
