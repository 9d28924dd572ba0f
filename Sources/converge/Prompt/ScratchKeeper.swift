// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import FoundationEssentials
import Glibc
import Shell

/// Keeps the text of the module at the prompt: the scratch module below `.converge/`, an opened one in its file.
struct ScratchKeeper: Sendable {
    let project: Project

    private var scratchFile: String { project.stateFolder + "/scratch.recipe" }

    /// The declarations that the scratch module had at the last prompt; none where there was no prompt yet.
    func load() throws(Diagnostics) -> [String] {
        guard Paths.isFile(scratchFile) else { return [] }
        return try declarations(ofFile: scratchFile)
    }

    /// The scratch module as it is kept.
    func module() throws(Diagnostic) -> PromptModule {
        do {
            return PromptModule(home: .scratch, declarations: try load())
        } catch {
            throw error.all.first ?? Diagnostic(.noRecipe, "the module at the prompt cannot be read")
        }
    }

    func declarations(ofFile path: String) throws(Diagnostics) -> [String] {
        let source: SourceText
        do {
            source = try RecipeReader.file(path)
        } catch {
            throw Diagnostics([error])
        }
        return try DeclarationList(parsing: source).declarations
    }

    func save(_ declarations: [String], home: PromptModule.Home) throws(Diagnostics) {
        switch home {
        case .scratch:
            if !Paths.isFolder(project.stateFolder), mkdir(project.stateFolder, 0o700) != 0 {
                throw unwritten(project.stateFolder, errno)
            }
            try write(PromptModule.text(of: declarations), toFile: scratchFile)
        case .file(let path): try write(PromptModule.text(of: declarations), toFile: path)
        }
    }

    /// Whole or not at all; a new file is readable by its owner alone where it is Converge's own.
    func write(_ text: String, toFile path: String, mode wanted: mode_t? = nil) throws(Diagnostics) {
        let target = Paths.absolute(path)
        let draft = target + ".new"
        let mode = wanted ?? (target == scratchFile ? 0o600 : 0o644)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw unwritten(target, errno) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                let code = errno
                close(descriptor)
                unlink(draft)
                throw unwritten(target, code)
            }
            rest = rest.dropFirst(written)
        }
        let isSynced = fsync(descriptor) == 0
        close(descriptor)
        guard isSynced, rename(draft, target) == 0 else {
            let code = errno
            unlink(draft)
            throw unwritten(target, code)
        }
    }

    private func unwritten(_ path: String, _ code: Int32) -> Diagnostics {
        let folder = Paths.parent(path)
        let reason =
            code == ENOENT && !Paths.isFolder(folder)
            ? "there is no folder \(Paths.shown(folder))" : String(cString: strerror(code))
        return Diagnostics([Diagnostic(.fileNotWritten, "\(Paths.shown(path)) cannot be written: \(reason)")])
    }
}
