// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import Testing

@testable import AWS

/// Objects of a bucket, on a server that imitates AWS.
@Suite(.enabled(if: MotoServer.isInstalled, "moto_server is not installed"))
struct ObjectStoreTests {
    @Test func `a file goes into a bucket and comes back, whole and in parts, of any size`() async throws {
        try await withBucket { aws, store, folder in
            // 5 MiB is the least that S3 takes for a part.
            let part = 5 << 20
            for size in [0, 1, part, part + 1, 3 * part + 17] {
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 7) }
                let source = folder + "/source"
                try Data(bytes).write(to: URL(fileURLWithPath: source))
                let key = "sizes/ä \(size).bin"
                let written = try await store.put(
                    PutObjectRequest(key: key, path: source, context: Connection.context()))
                #expect(written.size == Int64(size))
                let target = folder + "/target"
                let read = try await store.get(
                    GetObjectRequest(key: key, version: written.version, path: target, context: Connection.context()))
                #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == Data(bytes), "\(size)")
                #expect(read.version == written.version && read.size == Int64(size))
                let listed = try await store.list(ListObjectsRequest(prefix: key, context: Connection.context()))
                #expect(listed.objects.map(\.version) == [written.version] && listed.nextPageToken == nil)
                #expect(listed.objects.first?.size == Int64(size))
                // Of several parts the tag says so.
                #expect(written.version.hasSuffix("-4") == (size == 3 * part + 17))
            }
            #expect(try await uploads(aws, store).isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["source", "target"])
        }
    }

    @Test func `a repeat under the same token writes nothing, also over what came later`() async throws {
        try await withBucket { aws, store, folder in
            let (first, later) = (folder + "/first", folder + "/later")
            try Data("first".utf8).write(to: URL(fileURLWithPath: first))
            try Data("later".utf8).write(to: URL(fileURLWithPath: later))
            let context = Connection.context()
            let once = try await store.put(PutObjectRequest(key: "k", path: first, context: context))
            let twice = try await store.put(PutObjectRequest(key: "k", path: later, context: context))
            #expect(once.version == twice.version)
            let other = try await store.put(PutObjectRequest(key: "k", path: later, context: Connection.context()))
            #expect(other.version != once.version)
        }
    }

    @Test func `an older version is read as long as the bucket keeps it`() async throws {
        try await withBucket { aws, store, folder in
            _ = try await aws.client.call(
                "s3", "PutBucketVersioning",
                ["bucket": .string(store.bucket), "versioning_configuration": ["status": "Enabled"]],
                context: Connection.context())
            var versions: [String] = []
            for text in ["one", "two", "three"] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/file"))
                versions.append(
                    try await store.put(
                        PutObjectRequest(key: "k", path: folder + "/file", context: Connection.context())
                    ).version)
            }
            _ = try await store.put(
                PutObjectRequest(key: "k/longer", path: folder + "/file", context: Connection.context()))
            for (text, version) in zip(["one", "two", "three"], versions) {
                _ = try await store.get(
                    GetObjectRequest(
                        key: "k", version: version, path: folder + "/out", context: Connection.context()))
                #expect(try String(contentsOfFile: folder + "/out", encoding: .utf8) == text)
            }
            try await store.delete(DeleteObjectRequest(key: "k", context: Connection.context()))
            try await store.delete(DeleteObjectRequest(key: "never", context: Connection.context()))
            let gone = await #expect(throws: CallError.self) {
                try await store.get(GetObjectRequest(key: "k", path: folder + "/x", context: Connection.context()))
            }
            #expect(gone?.reason == .notFound)
            #expect(!FileManager.default.fileExists(atPath: folder + "/x"))
            let never = await #expect(throws: CallError.self) {
                try await store.get(
                    GetObjectRequest(key: "k", version: "0", path: folder + "/x", context: Connection.context()))
            }
            #expect(never?.reason == .notFound)
        }
    }

    @Test func `lists go page by page in the order of keys, without the names of folders`() async throws {
        try await withBucket { aws, store, folder in
            try Data("x".utf8).write(to: URL(fileURLWithPath: folder + "/file"))
            for number in 0..<7 {
                _ = try await store.put(
                    PutObjectRequest(
                        key: "in/\(number)", path: folder + "/file", context: Connection.context()))
            }
            _ = try await aws.client.raw(
                "s3", "PutObject", ["bucket": .string(store.bucket), "key": "in/"], content: [],
                context: Connection.context())
            let page = try await store.list(ListObjectsRequest(prefix: "in/", context: Connection.context()))
            #expect(page.objects.map(\.key) == (0..<7).map { "in/\($0)" })
            let none = try await store.list(ListObjectsRequest(prefix: "other", context: Connection.context()))
            #expect(none == ObjectPage(objects: []))
        }
    }

    @Test func `parts that were sent are given back where the file changes under way`() async throws {
        try await withBucket { aws, store, folder in
            let path = folder + "/file"
            try Data(count: 12 << 20).write(to: URL(fileURLWithPath: path))
            let shortening = ShorteningServices(real: aws.services, path: path)
            let changing = BucketObjects(
                client: aws.client, services: shortening, bucket: store.bucket, partSize: 5 << 20)
            let failure = await #expect(throws: CallError.self) {
                try await changing.put(PutObjectRequest(key: "k", path: path, context: Connection.context()))
            }
            #expect(failure?.reason == .conflict)
            #expect(try await uploads(aws, store).isEmpty)
            #expect(try await store.list(ListObjectsRequest(context: Connection.context())).objects.isEmpty)
        }
    }

    // MARK: Buckets

    private func withBucket(_ body: (Connection, BucketObjects, String) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try await Connection.withMoto { aws in
            let bucket = Connection.name("objects")
            _ = try await aws.client.call(
                "s3", "CreateBucket",
                [
                    "bucket": .string(bucket),
                    "create_bucket_configuration": ["location_constraint": "eu-west-1"]
                ], context: Connection.context())
            let store = BucketObjects(
                client: aws.client, services: aws.services, bucket: bucket, partSize: 5 << 20)
            try await body(aws, store, folder.path)
        }
    }

    private func uploads(_ aws: Connection, _ store: BucketObjects) async throws -> [Value] {
        try await aws.client.items(
            "s3", "ListMultipartUploads", ["bucket": .string(store.bucket)], items: "uploads",
            context: Connection.context())
    }
}

/// Lists that no imitation holds.
struct LongListTests {
    @Test func `a hundred thousand keys are listed in a hundred answers, each asked for once`() async throws {
        let server = try LoopbackServer { request, number in
            // The page that is asked for follows from the token alone.
            let page = request.path.firstRange(of: "continuation-token=t").map { range in
                Int(request.path[range.upperBound...].prefix { $0.isNumber }) ?? 0
            }
            let start = (page ?? 0) * 1000
            let keys = (start..<start + 1000).map {
                "<Contents><Key>k\(String($0 + 1_000_000))</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
                    + "<ETag>&quot;e&quot;</ETag><Size>5</Size></Contents>"
            }
            let next =
                start + 1000 < 100_000
                ? "<IsTruncated>true</IsTruncated><NextContinuationToken>t\(start / 1000 + 1)</NextContinuationToken>"
                : "<IsTruncated>false</IsTruncated>"
            return .xml("<ListBucketResult><EncodingType>url</EncodingType>\(keys.joined())\(next)</ListBucketResult>")
        }
        try await Connection.with(server) { aws in
            let store = BucketObjects(client: aws.client, services: aws.services, bucket: "lake")
            var keys = 0
            var last = ""
            var token: String?
            repeat {
                let page = try await store.list(
                    ListObjectsRequest(prefix: "k", pageToken: token, context: Connection.context()))
                keys += page.objects.count
                #expect(page.objects.first?.key ?? "" > last)
                last = page.objects.last?.key ?? last
                token = page.nextPageToken
            } while token != nil
            #expect(keys == 100_000)
            #expect(server.requests.count == 100)
        }
    }
}

/// Lent services that shorten a file once a piece of it is on its way.
private struct ShorteningServices: HostServices {
    let real: any HostServices
    let path: String

    var http: any HTTPClient { real.http }
    var listener: any HTTPListener { real.listener }
    var processes: any ProcessRunner { real.processes }
    var files: any FileStore { real.files }
    var databases: any DatabaseOpener { real.databases }
    var supervisor: any Supervisor { real.supervisor }
    var hashing: any Hashing { real.hashing }
    var clock: any WallClock { real.clock }
    var randomness: any Randomness { real.randomness }
    var log: any WorkLog { ShorteningLog(path: path) }
    var secrets: any SecretKeeper { real.secrets }
}

private struct ShorteningLog: WorkLog {
    let path: String

    func write(_ text: String, _ context: CallContext) {}
    func progress(_ fraction: Double?, _ text: String, _ context: CallContext) { truncate(path, 100) }
}
