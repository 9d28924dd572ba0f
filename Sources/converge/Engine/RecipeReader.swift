// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc
import PluginHost

/// Reads recipes as text.
enum RecipeReader {
    static func file(_ path: String) throws(Diagnostic) -> SourceText {
        let shown = Paths.shown(path)
        if Paths.isFolder(path) { throw Diagnostic(.noRecipe, "\(shown) is a folder, not a recipe") }
        let bytes: [UInt8]?
        do throws(CallError) {
            bytes = try DurableFile.read(path)
        } catch {
            switch error.reason {
            case .invalid:
                throw Diagnostic(
                    .noRecipe, "\(shown) is no regular file, so it is no recipe",
                    help: ["give a recipe's file, or - for standard input"])
            case .denied: throw Diagnostic(.noRecipe, "\(shown) cannot be read: it may not be read")
            default:
                throw Diagnostic(.noRecipe, "\(shown) cannot be read", notes: [error.diagnostic.message])
            }
        }
        guard let bytes else { throw Diagnostic(.noRecipe, "\(shown) cannot be read: there is no such file") }
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
