// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A bucket and what the keys below begin with.
struct StoragePrefix: Sendable, Hashable {
    var bucket: String
    /// Empty, or with a slash at its end.
    var prefix: String

    init(bucket: String, prefix: String) {
        self.bucket = bucket
        self.prefix = prefix
    }

    /// From `s3://BUCKET/PREFIX/`; nil for anything else.
    init?(url: String) {
        guard url.hasPrefix("s3://") else { return nil }
        let parts = url.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bucket = parts.first, !bucket.isEmpty else { return nil }
        self.bucket = String(bucket)
        let rest = parts.count > 1 ? String(parts[1]) : ""
        prefix = rest.isEmpty || rest.hasSuffix("/") ? rest : rest + "/"
    }

    var url: String { "s3://\(bucket)/\(prefix)" }

    func inside(_ path: String) -> StoragePrefix { StoragePrefix(bucket: bucket, prefix: prefix + path) }
}
