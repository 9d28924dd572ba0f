// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension BucketObjects {
    /// Removes all objects whose keys begin so.
    func clear(_ prefix: String, _ context: CallContext) async throws(CallError) {
        var token: String?
        repeat {
            let page = try await list(ListObjectsRequest(prefix: prefix, pageToken: token, context: context))
            for object in page.objects { try await delete(DeleteObjectRequest(key: object.key, context: context)) }
            token = page.nextPageToken
        } while token != nil
    }
}
