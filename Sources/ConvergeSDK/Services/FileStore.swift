// SPDX-License-Identifier: Apache-2.0

/// Files of the project.
public protocol FileStore: Sendable {
    /// Writes a file so that after a crash either the old or the whole new content is there.
    func writeAtomically(_ bytes: [UInt8], to path: String, mode: UInt16) async throws(CallError)

    /// Lends an empty folder, which is removed when the body has ended.
    func withScratchFolder<T: Sendable>(
        _ body: @Sendable (_ path: String) async throws(CallError) -> T
    ) async throws(CallError) -> T

    /// Keeps a file or folder under the digest of its content, in the project's store of artifacts. The same content
    /// is kept once.
    func keep(path: String) async throws(CallError) -> KeptArtifact

    /// Where kept content lies; nil where it is not kept, or not any more.
    func path(ofDigest digest: String) async -> String?
}

/// Content in the project's store of artifacts.
public struct KeptArtifact: Sendable, Hashable {
    /// 64 hexadecimal digits.
    public var digest: String
    /// Read-only.
    public var path: String
    /// In bytes, all files together.
    public var size: Int64

    public init(digest: String, path: String, size: Int64) {
        self.digest = digest
        self.path = path
        self.size = size
    }
}
