// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc
import SystemPackage

/// What a program reads from its standard input: a file without a name.
///
/// A file and not a pipe, so that nobody needs to feed a program that reads late, or never.
struct ProgramInput: ~Copyable {
    let descriptor: FileDescriptor

    static func holding(_ bytes: [UInt8]) throws(CallError) -> ProgramInput {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/converge-input-XXXXXX".utf8CString)
        let input = ProgramInput(
            descriptor: FileDescriptor(rawValue: try checked("create a file in", folder) { mkstemp(&template) }))
        unlink(template)
        try input.fill(bytes, folder)
        return input
    }

    private init(descriptor: FileDescriptor) { self.descriptor = descriptor }

    private func fill(_ bytes: [UInt8], _ folder: String) throws(CallError) {
        let file = descriptor.rawValue
        try checked("set up a file in", folder) { fcntl(file, F_SETFD, FD_CLOEXEC) }
        var rest = bytes[...]
        while !rest.isEmpty {
            rest = rest.dropFirst(
                try checked("write into", folder) { rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } })
        }
        try checked("read from", folder) { lseek(file, 0, SEEK_SET) }
    }

    deinit {
        // Nothing was written since, so that nothing can be lost.
        do { try descriptor.close() } catch {}
    }
}
