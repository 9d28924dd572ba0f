// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension BucketObjects {
    func get(_ request: GetObjectRequest) async throws(CallError) -> ObjectVersion {
        try checkCancellation()
        do throws(AWSFailure) {
            var parameters = place(request.key)
            if let version = request.version { parameters["if_match"] = .string("\"\(version)\"") }
            return try await fetch(parameters, request)
        } catch {
            switch error {
            case let failure where failure.status == 412 && request.version != nil: break
            case let failure where failure.isOne(of: ["NoSuchKey"]): throw noObject(request)
            default: throw error.callError
            }
        }
        // Another one lies there now.
        guard let id = try await versionID(request) else { throw noObject(request) }
        var parameters = place(request.key)
        parameters["version_id"] = .string(id)
        do throws(AWSFailure) { return try await fetch(parameters, request) } catch { throw error.callError }
    }

    private func noObject(_ request: GetObjectRequest) -> CallError {
        let version = request.version.map { " in the version \($0)" } ?? ""
        return CallError(.notFound, "the bucket '\(bucket)' has no object '\(request.key)'\(version)")
    }

    /// The name of the kept version with that entity tag.
    private func versionID(_ request: GetObjectRequest) async throws(CallError) -> String? {
        var found: String?
        do throws(AWSFailure) {
            try await client.pages(
                "s3", "ListObjectVersions", ["bucket": .string(bucket), "prefix": .string(request.key)],
                items: "versions", context: request.context
            ) { page in
                let objects = page.items.compactMap(\.object)
                found =
                    objects.first {
                        $0["key"]?.string == request.key && Self.bareTag($0) == request.version
                    }?["version_id"]?.string
                // Longer keys come after this one.
                return found == nil && objects.allSatisfy { $0["key"]?.string == request.key }
            }
        } catch { throw error.callError }
        return found
    }

    /// Copies an object into a file: the first part tells how much there is, the others follow a few at a time.
    private func fetch(
        _ parameters: ObjectValue, _ request: GetObjectRequest
    ) async throws(AWSFailure) -> ObjectVersion {
        let first = try await firstPart(parameters, request.context)
        let size = Self.wholeSize(first)
        let tag = Self.bareTag(first.object)
        do throws(CallError) {
            let file = try PartFile(writing: request.path)
            do throws(CallError) {
                try file.write(first.content, at: 0)
                if size > partSize {
                    var rest = parameters
                    // All parts are of the same object, whatever is written meanwhile.
                    rest["if_match"] = .string("\"\(tag)\"")
                    try await fetchRest(of: size, rest, file, request)
                }
                guard try file.writtenSize == size else {
                    throw CallError(.lost, "the object '\(request.key)' came only in part")
                }
                try file.commit()
            } catch {
                file.discard()
                throw error
            }
        } catch { throw AWSFailure(.transport(error), service: "s3", operation: "GetObject") }
        return ObjectVersion(
            key: request.key, version: tag, size: size, digest: nil,
            modified: first.object["last_modified"]?.time ?? services.clock.now())
    }

    private func firstPart(
        _ parameters: ObjectValue, _ context: CallContext
    ) async throws(AWSFailure) -> AWSAnswer {
        var ranged = parameters
        ranged["range"] = .string("bytes=0-\(partSize - 1)")
        do throws(AWSFailure) {
            return try await client.raw("s3", "GetObject", ranged, context: context)
        } catch {
            // An empty object has no first byte.
            guard error.status == 416 else { throw error }
        }
        return try await client.raw("s3", "GetObject", parameters, context: context)
    }

    private func fetchRest(
        of size: Int64, _ parameters: ObjectValue, _ file: PartFile, _ request: GetObjectRequest
    ) async throws(CallError) {
        let count = Int((size + partSize - 1) / partSize)
        let done = PartCount()
        _ = try await ParallelWork.each(1..<count, atOnce: Self.parallelParts) { number throws(CallError) in
            let start = Int64(number) * partSize
            var ranged = parameters
            ranged["range"] = .string("bytes=\(start)-\(min(start + partSize, size) - 1)")
            let answer: AWSAnswer
            do throws(AWSFailure) {
                answer = try await client.raw("s3", "GetObject", ranged, context: request.context)
            } catch { throw error.callError }
            try file.write(answer.content, at: start)
            services.log.progress(
                Double(done.increment()) / Double(count - 1), "reading \(request.key)", request.context)
        }
    }

    /// From `bytes 0-99/1234`; without it the answer is the whole.
    private static func wholeSize(_ answer: AWSAnswer) -> Int64 {
        answer.object["content_range"]?.string?.split(separator: "/").last.flatMap { Int64($0) }
            ?? Int64(answer.content.count)
    }
}
