// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// Content kept by its digest below `artifacts/sha256/ab/`, read-only, each content once.
struct ArtifactStore {
    let folder: String

    func path(ofDigest digest: String) -> String {
        "\(folder)/sha256/\(digest.prefix(2))/\(digest)"
    }

    /// Copies the content into the store unless it is there.
    ///
    /// What is stored is hashed while it is copied, so that its digest is right even where somebody writes to the
    /// original meanwhile.
    func keep(_ source: String, _ flag: CancellationFlag) throws(CallError) -> KeptArtifact {
        let present = try TreeDigest.of(source, flag)
        let place = path(ofDigest: present.digest)
        if Paths.exists(place) {
            // As new: what frees old content must not take it for such.
            try checked("keep", place) { utimensat(AT_FDCWD, place, nil, 0) }
            return kept(present)
        }

        let incoming = "\(folder)/incoming"
        try Folders.make(incoming)
        let copy = "\(incoming)/\(SystemRandomness.name())"
        do throws(CallError) {
            let copied = try self.copy(source, to: copy, flag)
            try moveIntoPlace(copy, digest: copied.digest)
            return kept(copied)
        } catch {
            try Folders.remove(copy)
            throw error
        }
    }

    private func kept(_ tree: TreeDigest) -> KeptArtifact {
        KeptArtifact(digest: tree.digest, path: path(ofDigest: tree.digest), size: tree.size)
    }

    private func copy(
        _ source: String, to target: String, _ flag: CancellationFlag
    ) throws(CallError) -> TreeDigest {
        try copyFolders(source, to: target)
        return try TreeDigest.of(source, flag) { (path) throws(CallError) in
            let copy = target + path.dropFirst(source.count)
            var status = stat()
            try checked("look at", path) { stat(path, &status) }
            let file = try FileHandle(open: copy, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            let digest = try FileDigest.of(path, flag) { (piece) throws(CallError) in try file.write(piece) }
            try file.setMode(status.st_mode & S_IXUSR != 0 ? 0o500 : 0o400)
            try file.sync()
            return digest
        }
    }

    /// Makes the folders and links of the copy; nothing where the source is a file.
    private func copyFolders(_ source: String, to target: String) throws(CallError) {
        var status = stat()
        try checked("look at", source) { stat(source, &status) }
        guard status.st_mode & S_IFMT == S_IFDIR else { return }
        try Folders.make(target)
        for entry in try Folders.entries(of: source) {
            let (from, to) = ("\(source)/\(entry.name)", "\(target)/\(entry.name)")
            switch entry.kind {
            case .folder: try copyFolders(from, to: to)
            case .link:
                guard let link = Paths.linkTarget(from) else { throw .lastSystemCall("read the link", from) }
                try checked("make the link", to) { symlink(link, to) }
            case .file, .other: break
            }
        }
    }

    private func moveIntoPlace(_ copy: String, digest: String) throws(CallError) {
        let place = path(ofDigest: digest)
        try Folders.make(Paths.parent(of: place))
        try syncFolders(copy)
        // A folder must be writable to be moved; so it becomes read-only only in its place.
        if rename(copy, place) != 0 {
            guard errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR || errno == EISDIR else {
                throw .lastSystemCall("keep", place)
            }
            return try Folders.remove(copy)
        }
        try protectFolders(place)
        try Folders.sync(Paths.parent(of: place))
    }

    private func syncFolders(_ path: String) throws(CallError) {
        try eachFolder(path) { (folder) throws(CallError) in try Folders.sync(folder) }
    }

    private func protectFolders(_ path: String) throws(CallError) {
        try eachFolder(path) { (folder) throws(CallError) in
            try checked("protect", folder) { chmod(folder, 0o500) }
        }
    }

    /// Visits the folder and those in it, the inner ones first; nothing where the path is a file.
    private func eachFolder(_ path: String, _ visit: (String) throws(CallError) -> Void) throws(CallError) {
        var status = stat()
        try checked("look at", path) { lstat(path, &status) }
        guard status.st_mode & S_IFMT == S_IFDIR else { return }
        for entry in try Folders.entries(of: path) {
            if case .folder = entry.kind { try eachFolder("\(path)/\(entry.name)", visit) }
        }
        try visit(path)
    }
}
