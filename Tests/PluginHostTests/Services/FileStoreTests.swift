// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Testing

struct FileStoreTests {
    @Test func `an atomic write replaces the content, sets the mode and leaves nothing else`() async throws {
        let lent = try Lent()
        let path = lent.folder.path + "/deep/er/file"
        try await lent.services.files.writeAtomically(Array("one".utf8), to: path, mode: 0o600)
        try await lent.services.files.writeAtomically(Array("two".utf8), to: path, mode: 0o640)
        #expect(try lent.folder.text("deep/er/file") == "two")
        #expect(try TemporaryFolder.mode(path) == 0o640)
        #expect(try lent.folder.names("deep/er") == ["file"])
    }

    @Test func `a write into a read-only place says so and names it`() async throws {
        let lent = try Lent()
        let error = await #expect(throws: CallError.self) {
            try await lent.services.files.writeAtomically([1], to: "/proc/nothing/here", mode: 0o600)
        }
        #expect(error?.diagnostic.message.contains("/proc/nothing") == true)
    }

    @Test func `a scratch folder is empty, private and gone afterwards`() async throws {
        let lent = try Lent()
        let path = try await lent.services.files.withScratchFolder { (path) throws(CallError) in
            #expect(FileManager.default.fileExists(atPath: path))
            do {
                #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
                #expect(try TemporaryFolder.mode(path) == 0o700)
                try "x".write(toFile: path + "/file", atomically: false, encoding: .utf8)
            } catch { throw CallError(.failed, "\(error)") }
            return path
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `a scratch folder goes when its body fails`() async throws {
        let lent = try Lent()
        let seen = Collector<String>()
        await #expect(throws: CallError(.invalid, "no")) {
            try await lent.services.files.withScratchFolder { (path) throws(CallError) -> Int in
                seen.add(path)
                throw CallError(.invalid, "no")
            }
        }
        #expect(!FileManager.default.fileExists(atPath: try #require(seen.all.first)))
    }

    @Test func `what a killed process left in scratch is swept by the next`() async throws {
        let lent = try Lent()
        try lent.folder.write("", to: ".converge/scratch/dead.lock")
        try lent.folder.write("left", to: ".converge/scratch/dead/sub/file")
        try await lent.services.files.withScratchFolder { (_) throws(CallError) in }
        #expect(try !lent.folder.names(".converge/scratch").contains { $0.hasPrefix("dead") })
        await lent.services.close()
        #expect(try lent.folder.names(".converge/scratch").isEmpty)
    }

    @Test func `a kept file has the digest that sha256sum prints and is read-only`() async throws {
        let lent = try Lent()
        let path = try lent.folder.write("hello\n", to: "model.bin")
        let kept = try await lent.services.files.keep(path: path)
        #expect(kept.digest == "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")
        #expect(kept.size == 6)
        #expect(kept.path == lent.folder.path + "/.converge/artifacts/sha256/58/" + kept.digest)
        #expect(try TemporaryFolder.mode(kept.path) == 0o400)
        #expect(await lent.services.files.path(ofDigest: kept.digest) == kept.path)
        #expect(try await lent.services.files.keep(path: path) == kept)
        #expect(try lent.folder.names(".converge/artifacts/incoming").isEmpty)
    }

    @Test func `a kept folder has its files, executables and links, and the digest of the original`() async throws {
        let lent = try Lent()
        try lent.folder.write("{}", to: "model/model.json")
        let script = try lent.folder.write("#!/bin/sh", to: "model/bin/serve")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script)
        try FileManager.default.createSymbolicLink(
            atPath: lent.folder.path + "/model/serve", withDestinationPath: "bin/serve")
        let kept = try await lent.services.files.keep(path: lent.folder.path + "/model")
        #expect(try String(contentsOfFile: kept.path + "/model.json", encoding: .utf8) == "{}")
        #expect(try TemporaryFolder.mode(kept.path + "/bin/serve") == 0o500)
        #expect(try TemporaryFolder.mode(kept.path + "/model.json") == 0o400)
        #expect(try TemporaryFolder.mode(kept.path) == 0o500)
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: kept.path + "/serve") == "bin/serve")
        #expect(try await lent.services.hashing.digest(ofPath: kept.path) == kept.digest)
        #expect(kept.size == 11)
    }

    @Test func `a folder's digest changes with a name, a content and an execute bit`() async throws {
        let lent = try Lent()
        let path = try lent.folder.write("a", to: "tree/one")
        let hashing = lent.services.hashing
        let tree = lent.folder.path + "/tree"
        var digests: Set<String> = [try await hashing.digest(ofPath: tree)]
        try lent.folder.write("b", to: "tree/one")
        digests.insert(try await hashing.digest(ofPath: tree))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        digests.insert(try await hashing.digest(ofPath: tree))
        try FileManager.default.moveItem(atPath: path, toPath: tree + "/two")
        digests.insert(try await hashing.digest(ofPath: tree))
        #expect(digests.count == 4)
    }

    @Test(arguments: ["", "../../../etc/passwd", String(repeating: "A", count: 64), String(repeating: "a", count: 64)])
    func `a digest that names nothing kept has no path`(digest: String) async throws {
        let lent = try Lent()
        #expect(await lent.services.files.path(ofDigest: digest) == nil)
    }

    @Test func `a pipe in a folder is refused, not waited for`() async throws {
        let lent = try Lent()
        try lent.folder.write("x", to: "tree/file")
        mkfifo(lent.folder.path + "/tree/pipe", 0o600)
        let error = await #expect(throws: CallError.self) {
            try await lent.services.files.keep(path: lent.folder.path + "/tree")
        }
        #expect(error?.reason == .invalid)
    }

    @Test func `keeping what is not there is not found`() async throws {
        let lent = try Lent()
        let error = await #expect(throws: CallError.self) { try await lent.services.files.keep(path: "/no/such/thing") }
        #expect(error?.reason == .notFound)
    }
}
