// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension LakeObjects {
    /// Copies a kept file, or every file of a kept folder, into the lake.
    func store(_ artifact: KeptArtifact, under key: String, context: CallContext) async throws(CallError) {
        try await store(path: artifact.path, under: key, context: context)
    }

    private func store(path: String, under key: String, context: CallContext) async throws(CallError) {
        guard try LocalFiles.isFolder(path) else {
            _ = try await put(PutObjectRequest(key: key, path: path, context: context))
            return
        }
        for name in try LocalFiles.names(in: path) {
            try await store(path: path + "/" + name, under: key + "/" + name, context: context)
        }
    }
}
