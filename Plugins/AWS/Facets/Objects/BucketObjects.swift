// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The objects of a bucket.
///
/// The version of an object is its entity tag, which a list tells as well as a write does: an older one is found by it
/// as long as the bucket keeps it. Lists of S3 tell no SHA-256 digest, so that no version has one; what is written and
/// what is read is checked by it all the same. A repeat of a write under the same token finds the object with that
/// token beside it, and writes nothing.
struct BucketObjects: ObjectStore {
    /// The metadata by which a repeat of a write is known.
    static let tokenName = "converge-token"
    static let pageSize: Int64 = 1000
    /// Parts under way at the same time, up and down.
    static let parallelParts = 4

    let client: AWSClient
    let services: any HostServices
    let bucket: String
    /// Larger objects travel in parts. Of a size that S3 takes: 5 MiB and more.
    var partSize: Int64 = 16 << 20

    func list(_ request: ListObjectsRequest) async throws(CallError) -> ObjectPage {
        try checkCancellation()
        var parameters: ObjectValue = ["bucket": .string(bucket), "max_keys": .int(Self.pageSize)]
        if !request.prefix.isEmpty { parameters["prefix"] = .string(request.prefix) }
        let page: AWSPage
        do throws(AWSFailure) {
            page = try await client.page(
                "s3", "ListObjectsV2", parameters, items: "contents", token: request.pageToken,
                context: request.context)
        } catch { throw error.callError }
        return ObjectPage(objects: page.items.compactMap(Self.listed), nextPageToken: page.next)
    }

    /// An object of a list; nil for what consoles put there as the name of a folder.
    private static func listed(_ item: Value) -> ObjectVersion? {
        guard let object = item.object, let key = object["key"]?.string, let size = object["size"]?.int,
            size > 0 || !key.hasSuffix("/")
        else { return nil }
        return ObjectVersion(
            key: key, version: bareTag(object), size: size, digest: nil,
            modified: object["last_modified"]?.time ?? Timestamp(nanoseconds: 0))
    }

    func delete(_ request: DeleteObjectRequest) async throws(CallError) {
        try checkCancellation()
        do throws(AWSFailure) {
            _ = try await client.call(
                "s3", "DeleteObject", place(request.key), context: request.context, repeatable: true)
        } catch { throw error.callError }
    }

    func place(_ key: String) -> ObjectValue { ["bucket": .string(bucket), "key": .string(key)] }

    /// An entity tag without the quotes that it has on the wire.
    static func bareTag(_ answer: ObjectValue) -> String {
        (answer["e_tag"]?.string ?? "").trimmingQuotes
    }
}

extension String {
    fileprivate var trimmingQuotes: String {
        guard utf8.count > 1, hasPrefix("\""), hasSuffix("\"") else { return self }
        return String(self[index(after: startIndex)..<index(before: endIndex)])
    }
}
