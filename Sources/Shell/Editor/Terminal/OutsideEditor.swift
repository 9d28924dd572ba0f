// SPDX-License-Identifier: Apache-2.0
import Glibc

/// Lets a person edit a text in the editor that they chose: `$VISUAL`, else `$EDITOR`, else vi.
enum OutsideEditor {
    /// Runs the editor in the terminal, which must be as it was found, and waits for its end.
    ///
    /// - Returns: The text without line breaks at its end; nil where the editor cannot be run or ends badly.
    static func edit(_ text: String) -> String? {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        // The name tells editors which language it is.
        var template = Array("\(folder)/converge-XXXXXX.recipe".utf8CString)
        let descriptor = mkstemps(&template, Int32(".recipe".utf8.count))
        guard descriptor >= 0 else { return nil }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        let isWritten = write(Array("\(text)\n".utf8), to: descriptor)
        close(descriptor)
        guard isWritten, run(path) else { return nil }
        return read(path)
    }

    private static func run(_ path: String) -> Bool {
        // As a shell's words, since people give options there.
        let command = "exec ${VISUAL:-${EDITOR:-vi}} \"$1\""
        var words: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", command, "sh", path].map { (word: String) in
            strdup(word)
        }
        words.append(nil)
        defer { for word in words { free(word) } }
        var process = pid_t()
        guard posix_spawn(&process, "/bin/sh", nil, nil, &words, environ) == 0 else { return false }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 { if errno != EINTR { return false } }
        return status == 0
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { return false }
            rest = rest.dropFirst(max(0, count))
        }
        return true
    }

    private static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        while bytes.last == UInt8(ascii: "\n") || bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return PastedText.text(bytes)
    }
}
