// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Where S3 looks for the bucket's name: in the host, or in the path.
enum StoragePlace {
    /// Moves the bucket from the path into the host where S3 takes it there: at AWS's own address, for names that a
    /// certificate covers.
    static func placed(
        _ request: WireRequest, _ endpoint: Endpoint, bucket: String?
    ) -> (request: WireRequest, endpoint: Endpoint) {
        guard let bucket, !endpoint.isOverride, isHostName(bucket) else { return (request, endpoint) }
        let inPath = "/" + bucket
        guard request.path == inPath || request.path.hasPrefix(inPath + "/") else { return (request, endpoint) }
        var request = request
        request.path = String(request.path.dropFirst(inPath.count))
        if request.path.isEmpty { request.path = "/" }
        return (request, endpoint.withHostPrefix(bucket + "."))
    }

    private static func isHostName(_ bucket: String) -> Bool {
        guard (3...63).contains(bucket.utf8.count) else { return false }
        return bucket.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        } && !bucket.hasPrefix("-") && !bucket.hasSuffix("-")
    }
}
