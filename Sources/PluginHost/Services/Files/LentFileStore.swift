// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Files of a project, with its artifacts and scratch folders below `.converge/`.
struct LentFileStore: FileStore {
    let artifacts: ArtifactStore
    let scratch: ScratchFolders

    func writeAtomically(_ bytes: [UInt8], to path: String, mode: UInt16) async throws(CallError) {
        try await BlockingWork.run { (_) throws(CallError) in try DurableFile.write(bytes, to: path, mode: mode) }
    }

    func withScratchFolder<T: Sendable>(
        _ body: @Sendable (_ path: String) async throws(CallError) -> T
    ) async throws(CallError) -> T {
        let folder = try await BlockingWork.run { [scratch] (_) throws(CallError) in try scratch.make() }
        do throws(CallError) {
            let result = try await body(folder)
            await remove(folder)
            return result
        } catch {
            await remove(folder)
            throw error
        }
    }

    private func remove(_ folder: String) async {
        // What cannot be removed now, because something still writes there, is swept later.
        do { try await BlockingWork.run { (_) throws(CallError) in try Folders.remove(folder) } } catch {}
    }

    func keep(path: String) async throws(CallError) -> KeptArtifact {
        try await BlockingWork.run { [artifacts] (flag) throws(CallError) in try artifacts.keep(path, flag) }
    }

    func path(ofDigest digest: String) async -> String? {
        guard Hex.isDigest(digest) else { return nil }
        let path = artifacts.path(ofDigest: digest)
        return Paths.exists(path) ? path : nil
    }
}
