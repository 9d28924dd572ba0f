// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension BucketObjects {
    func put(_ request: PutObjectRequest) async throws(CallError) -> ObjectVersion {
        try checkCancellation()
        if let there = try await written(by: request) { return there }
        let file = try PartFile(reading: request.path)
        let tag = try await file.size <= partSize ? putWhole(file, request) : putParts(file, request)
        return ObjectVersion(
            key: request.key, version: tag, size: file.size, digest: nil, modified: services.clock.now())
    }

    /// The object, where this very write has made it before.
    private func written(by request: PutObjectRequest) async throws(CallError) -> ObjectVersion? {
        let head: ObjectValue
        do throws(AWSFailure) {
            head = try await client.call("s3", "HeadObject", place(request.key), context: request.context)
        } catch {
            // Who may write but not list is not told that there is no such object.
            if error.status == 404 || error.status == 403 { return nil }
            throw error.callError
        }
        guard head["metadata"]?.object?[Self.tokenName]?.string == request.context.token.text else { return nil }
        return ObjectVersion(
            key: request.key, version: Self.bareTag(head), size: head["content_length"]?.int ?? 0, digest: nil,
            modified: head["last_modified"]?.time ?? services.clock.now())
    }

    private func described(_ request: PutObjectRequest) -> ObjectValue {
        var parameters = place(request.key)
        parameters["metadata"] = [Self.tokenName: .string(request.context.token.text)]
        return parameters
    }

    /// - Returns: The entity tag.
    private func putWhole(_ file: PartFile, _ request: PutObjectRequest) async throws(CallError) -> String {
        let bytes = try file.read(at: 0, count: Int(file.size))
        try file.checkUnchanged()
        var parameters = described(request)
        parameters["checksum_sha256"] = checksum(bytes)
        do throws(AWSFailure) {
            let answer = try await client.raw(
                "s3", "PutObject", parameters, content: bytes, context: request.context, repeatable: true)
            return Self.bareTag(answer.object)
        } catch { throw error.callError }
    }

    private func checksum(_ bytes: [UInt8]) -> Value { .string(WireText.base64(services.hashing.sha256(bytes))) }

    // MARK: Parts

    /// S3 takes 10,000 parts at most.
    private func partSize(of size: Int64) -> Int64 {
        let least = (size + 9_999) / 10_000
        let whole: Int64 = 1 << 20
        return max(partSize, (least + whole - 1) / whole * whole)
    }

    private func putParts(_ file: PartFile, _ request: PutObjectRequest) async throws(CallError) -> String {
        var parameters = described(request)
        parameters["checksum_algorithm"] = "SHA256"
        let upload: String
        do throws(AWSFailure) {
            let begun = try await client.call(
                "s3", "CreateMultipartUpload", parameters, context: request.context, repeatable: true)
            guard let id = begun["upload_id"]?.string else {
                throw AWSFailure(
                    .answerFault(AnswerFault(path: "upload_id", reason: "it is missing"), status: 200, requestID: nil),
                    service: "s3", operation: "CreateMultipartUpload")
            }
            upload = id
        } catch { throw error.callError }
        do throws(CallError) {
            let parts = try await sendParts(file, upload, request)
            try file.checkUnchanged()
            return try await complete(parts, upload, request)
        } catch {
            await abort(upload, request)
            throw error
        }
    }

    private func sendParts(
        _ file: PartFile, _ upload: String, _ request: PutObjectRequest
    ) async throws(CallError) -> [Value] {
        let size = partSize(of: file.size)
        let count = Int((file.size + size - 1) / size)
        let done = PartCount()
        return try await ParallelWork.each(0..<count, atOnce: Self.parallelParts) { number throws(CallError) in
            let start = Int64(number) * size
            let bytes = try file.read(at: start, count: Int(min(size, file.size - start)))
            let sum = checksum(bytes)
            var parameters = place(request.key)
            parameters["upload_id"] = .string(upload)
            parameters["part_number"] = .int(Int64(number) + 1)
            parameters["checksum_sha256"] = sum
            do throws(AWSFailure) {
                let answer = try await client.raw(
                    "s3", "UploadPart", parameters, content: bytes, context: request.context, repeatable: true)
                services.log.progress(
                    Double(done.increment()) / Double(count), "writing \(request.key)", request.context)
                return [
                    "part_number": .int(Int64(number) + 1), "checksum_sha256": sum,
                    "e_tag": answer.object["e_tag"] ?? .null
                ]
            } catch { throw error.callError }
        }
    }

    private func complete(
        _ parts: [Value], _ upload: String, _ request: PutObjectRequest
    ) async throws(CallError) -> String {
        var parameters = place(request.key)
        parameters["upload_id"] = .string(upload)
        parameters["multipart_upload"] = ["parts": .list(parts)]
        do throws(AWSFailure) {
            let answer = try await client.call(
                "s3", "CompleteMultipartUpload", parameters, context: request.context, repeatable: true)
            return Self.bareTag(answer)
        } catch {
            // The upload is gone when an answer was lost after it had been completed.
            if error.isOne(of: ["NoSuchUpload"]), let there = try await written(by: request) { return there.version }
            throw error.callError
        }
    }

    /// Gives the parts back that are there. What cannot be given back is left to the bucket's lifecycle rules, and said.
    private func abort(_ upload: String, _ request: PutObjectRequest) async {
        var parameters = place(request.key)
        parameters["upload_id"] = .string(upload)
        // A task of its own, because this one may have been cancelled; it is awaited here.
        let failure = await Task { [client, parameters] () -> AWSFailure? in
            do throws(AWSFailure) {
                _ = try await client.call(
                    "s3", "AbortMultipartUpload", parameters, context: request.context, repeatable: true)
                return nil
            } catch { return error.isOne(of: ["NoSuchUpload"]) ? nil : error }
        }.value
        if let failure {
            services.log.write(
                "parts of \(request.key) stay in the bucket '\(bucket)': \(failure.diagnostic.message)",
                request.context)
        }
    }
}
