// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

struct ObjectsTests {
    private func put(
        _ platform: LocalPlatform, _ lake: any ObjectStore, _ key: String, _ text: String,
        token: String = UUID().uuidString
    ) async throws -> ObjectVersion {
        let path = try platform.file("source-" + UUID().uuidString, text)
        return try await lake.put(
            PutObjectRequest(key: key, path: path, context: LocalPlatform.context(token)))
    }

    private func get(
        _ platform: LocalPlatform, _ lake: any ObjectStore, _ key: String, version: String? = nil
    ) async throws -> String {
        let path = try platform.file("target-" + UUID().uuidString, "")
        _ = try await lake.get(
            GetObjectRequest(key: key, version: version, path: path, context: LocalPlatform.context()))
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    private func keys(_ lake: any ObjectStore, prefix: String = "") async throws -> [String] {
        try await lake.list(ListObjectsRequest(prefix: prefix, context: LocalPlatform.context())).objects.map(\.key)
    }

    /// The files that hold contents.
    private func contents(_ platform: LocalPlatform) throws -> [String] {
        let root = platform.folder + "/local/lakes"
        return FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String }.filter {
            var isFolder: ObjCBool = false
            return $0.contains("/objects/")
                && FileManager.default.fileExists(atPath: root + "/" + $0, isDirectory: &isFolder)
                && !isFolder.boolValue
        } ?? []
    }

    @Test func `people open an object under its own name`() async throws {
        try await LocalPlatform.with { platform in
            let lake = try await platform.facet((any ObjectStore).self, "ObjectStore", of: "local.Lake")
            _ = try await put(platform, lake, "a/page.html", "one")
            _ = try await put(platform, lake, "a", "other")
            func address(_ key: String) async throws(CallError) -> URL {
                let text = try await lake.address(ObjectAddressRequest(key: key, context: LocalPlatform.context()))
                guard let url = URL(string: text), url.isFileURL else { throw CallError(.failed, text) }
                return url
            }
            let (page, other) = (try await address("a/page.html"), try await address("a"))
            #expect(page.lastPathComponent == "page.html" && other.lastPathComponent == "a")
            #expect(try String(contentsOf: page, encoding: .utf8) == "one")
            _ = try await put(platform, lake, "a/page.html", "two")
            #expect(try String(contentsOf: page, encoding: .utf8) == "two")
            #expect(try await address("a/page.html") == page)
            try await lake.delete(DeleteObjectRequest(key: "a/page.html", context: LocalPlatform.context()))
            #expect(!FileManager.default.fileExists(atPath: page.path))
            #expect(try String(contentsOf: other, encoding: .utf8) == "other")
            let error = await #expect(throws: CallError.self) { try await address("a/page.html") }
            #expect(error?.reason == .notFound)
        }
    }

    @Test func `what was put is got, listed by prefix and deleted`() async throws {
        try await LocalPlatform.with { platform in
            let lake = try await platform.facet((any ObjectStore).self, "ObjectStore", of: "local.Lake")
            let made = try await put(platform, lake, "a/b.txt", "one")
            #expect(made.size == 3)
            #expect(made.digest == "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed")
            _ = try await put(platform, lake, "a/c.txt", "one")
            _ = try await put(platform, lake, "ab", "two")
            #expect(try await get(platform, lake, "a/b.txt") == "one")
            #expect(try await keys(lake) == ["a/b.txt", "a/c.txt", "ab"])
            #expect(try await keys(lake, prefix: "a/") == ["a/b.txt", "a/c.txt"])
            #expect(try contents(platform).count == 2, "equal contents are kept once")
            try await lake.delete(DeleteObjectRequest(key: "a/b.txt", context: LocalPlatform.context()))
            try await lake.delete(DeleteObjectRequest(key: "a/b.txt", context: LocalPlatform.context()))
            #expect(try await keys(lake) == ["a/c.txt", "ab"])
            let error = await #expect(throws: CallError.self) { try await get(platform, lake, "a/b.txt") }
            #expect(error?.reason == .notFound)
            // A deleted object is kept for a time, and found by its version.
            #expect(try await get(platform, lake, "a/b.txt", version: made.version) == "one")
        }
    }

    @Test func `the same token puts once`() async throws {
        try await LocalPlatform.with { platform in
            let lake = try await platform.facet((any ObjectStore).self, "ObjectStore", of: "local.Lake")
            let made = try await put(platform, lake, "a", "one", token: "t")
            #expect(try await put(platform, lake, "a", "one", token: "t") == made)
        }
    }

    @Test(arguments: [true, false])
    func `earlier versions stay readable in a versioned lake alone`(isVersioned: Bool) async throws {
        try await LocalPlatform.with { platform in
            let lake = try await platform.facet(
                (any ObjectStore).self, "ObjectStore", of: "local.Lake", ["versioned": .bool(isVersioned)])
            let old = try await put(platform, lake, "a", "one")
            _ = try await put(platform, lake, "a", "two")
            #expect(try await get(platform, lake, "a") == "two")
            if isVersioned {
                #expect(try await get(platform, lake, "a", version: old.version) == "one")
            } else {
                await #expect(throws: CallError.self) { try await get(platform, lake, "a", version: old.version) }
                #expect(try contents(platform).count == 1)
            }
        }
    }

    @Test func `what is older than it may be is swept at the next write`() async throws {
        try await LocalPlatform.with { platform in
            let lake = try await platform.facet(
                (any ObjectStore).self, "ObjectStore", of: "local.Lake",
                ["retention": .duration(.zero), "expire_after": .duration(.nanoseconds(1))])
            let old = try await put(platform, lake, "a", "one")
            #expect(try await keys(lake) == [], "expired at once")
            _ = try await put(platform, lake, "b", "two")
            await #expect(throws: CallError.self) { try await get(platform, lake, "a", version: old.version) }
            _ = try await put(platform, lake, "c", "three")
            #expect(try contents(platform).count <= 2)
        }
    }

    @Test(arguments: ["", "/a", "a/", "a//b", "../a", "a/./b"])
    func `keys that lead elsewhere are refused`(key: String) async throws {
        try await LocalPlatform.with { platform in
            let lake = try await platform.facet((any ObjectStore).self, "ObjectStore", of: "local.Lake")
            let error = await #expect(throws: CallError.self) { try await put(platform, lake, key, "x") }
            #expect(error?.reason == .invalid)
        }
    }

    @Test func `what is no file is refused`() async throws {
        try await LocalPlatform.with { platform in
            let lake = try await platform.facet((any ObjectStore).self, "ObjectStore", of: "local.Lake")
            for (path, reason) in [(platform.folder, CallError.Reason.invalid), (platform.folder + "/none", .notFound)]
            {
                let error = await #expect(throws: CallError.self) {
                    try await lake.put(PutObjectRequest(key: "a", path: path, context: LocalPlatform.context()))
                }
                #expect(error?.reason == reason)
            }
        }
    }

    @Test func `a folder of a lake is its owner's alone`() async throws {
        try await LocalPlatform.with { platform in
            _ = try await platform.facet((any ObjectStore).self, "ObjectStore", of: "local.Lake", ["name": "shop"])
            let attributes = try FileManager.default.attributesOfItem(atPath: platform.folder + "/local/lakes/shop")
            #expect(attributes[.posixPermissions] as? Int == 0o700)
        }
    }
}
