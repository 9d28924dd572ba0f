// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import FoundationEssentials
import Glibc

/// Reads recipes as text.
enum RecipeReader {
    static func file(_ path: String) throws(Diagnostic) -> SourceText {
        let shown = Paths.shown(path)
        if Paths.isFolder(path) { throw Diagnostic(.noRecipe, "\(shown) is a folder, not a recipe") }
        let bytes: [UInt8]
        do {
            bytes = Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            let reason = Paths.isFile(path) ? "it may not be read" : "there is no such file"
            throw Diagnostic(.noRecipe, "\(shown) cannot be read: \(reason)")
        }
        return SourceText(name: shown, utf8: bytes)
    }

    /// Everything on standard input.
    static func standardInput() throws(Diagnostic) -> SourceText {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(0, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Diagnostic(.noRecipe, "standard input cannot be read") }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return SourceText(name: "<standard input>", utf8: bytes)
    }
}
