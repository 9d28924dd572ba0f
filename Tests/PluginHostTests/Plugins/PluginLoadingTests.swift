// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Testing

/// What can be wrong with a plugin is told before any of its code runs, with a code of its own and the way out.
@Suite(.serialized) struct PluginLoadingTests {
    /// The diagnostic with which the plugin is refused when it is asked for by name and loaded.
    private func problem(_ fixture: PluginFixture, _ name: String) -> Diagnostic? {
        do throws(Diagnostic) {
            let plugin = try fixture.catalog.plugin(named: name)
            _ = try PluginLoader().load(plugin)
            return nil
        } catch { return error }
    }

    @Test func `a library without its manifest is refused where it was not built`() throws {
        let fixture = try PluginFixture()
        let bundle = try fixture.add(FixtureLibraries.empty)
        let refusal = try #require(problem(fixture, "empty"))
        #expect(refusal.code == .missingManifest)
        #expect(refusal.notes == ["expected: \(bundle.manifestPath)"])
        #expect(fixture.catalog.diagnostics == [refusal])
    }

    @Test func `a manifest without its library is refused`() throws {
        let fixture = try PluginFixture()
        try fixture.addManifest(for: fixture.bundle("Gone"), sha256: "0")
        #expect(problem(fixture, "gone")?.code == .missingLibrary)
    }

    @Test(arguments: [
        (#"{"layout": 1, "module": "Bad", "fingerprint": "x", "name": 7}"#, "name should be a text"),
        (#"{"layout": 99, "module": "Bad", "fingerprint": "x"}"#, "its layout is 99; this version reads 1"),
        (#"{"layout": 1, "module": "Bad""#, "it stops to be JSON at byte 29: a comma or '}' should be here"),
        (
            #"""
            {"layout": 1, "name": "bad", "module": "Bad", "version": "1", "doc": "", "fingerprint": "x", "sha256": "",
             "verbs": [{"name": "a", "doc": "", "example": ""}, {"name": "b", "doc": false}]}
            """#, "verbs[1].doc should be a text"
        )
    ])
    func `a manifest that cannot be read says where`(text: String, note: String) throws {
        let fixture = try PluginFixture()
        try fixture.add(FixtureLibraries.empty, as: "Bad")
        try fixture.temporary.write(text, to: "Bad.json")
        let refusal = try #require(problem(fixture, "bad"))
        #expect(refusal.code == .unreadableManifest)
        #expect(refusal.notes == [note])
    }

    @Test func `a library that was changed after its manifest is not executed`() throws {
        let fixture = try PluginFixture()
        let bundle = try fixture.add(FixtureLibraries.empty)
        try fixture.addManifest(for: bundle)
        try fixture.edit(bundle) { $0[$0.count - 1] ^= 1 }
        #expect(problem(fixture, "empty")?.code == .changedLibrary)
    }

    @Test(arguments: [10, 100, 5000, -1])
    func `a library that is cut off anywhere is refused`(length: Int) throws {
        let fixture = try PluginFixture()
        let bundle = try fixture.add(FixtureLibraries.empty)
        try fixture.addManifest(for: bundle)
        try fixture.edit(bundle) { $0 = $0.prefix(length < 0 ? $0.count + length : length) }
        #expect(problem(fixture, "empty")?.code == .truncatedLibrary)
    }

    @Test func `a file that is no library is refused`() throws {
        let fixture = try PluginFixture()
        let bundle = fixture.bundle("Text")
        try fixture.temporary.write("#!/bin/sh\n", to: "libText.so")
        try fixture.addManifest(for: bundle)
        #expect(problem(fixture, "text")?.code == .notAPlugin)
    }

    @Test func `a library without the entry is refused`() throws {
        let fixture = try PluginFixture()
        try fixture.addManifest(for: fixture.add(FixtureLibraries.entryless))
        let refusal = try #require(problem(fixture, "entryless"))
        #expect(refusal.code == .notAPlugin)
        #expect(refusal.notes == ["it does not export the function 'converge_plugin'"])
    }

    @Test func `a library for another processor is refused by name`() throws {
        let fixture = try PluginFixture()
        let bundle = try fixture.add(FixtureLibraries.empty)
        let other = SDKVersion.architecture == "aarch64" ? (62, "x86_64") : (183, "aarch64")
        try fixture.edit(bundle) { $0[18] = UInt8(other.0) }
        try fixture.addManifest(for: bundle)
        let refusal = try #require(problem(fixture, "empty"))
        #expect(refusal.code == .otherArchitecture)
        #expect(refusal.message.contains("built for \(other.1)"))
    }

    @Test(arguments: ["sdk-0 swift-6.3 x86_64 evolution", "sdk-1 swift-5.9 x86_64 evolution"])
    func `a plugin of another SDK or compiler is refused with both fingerprints`(fingerprint: String) throws {
        let fixture = try PluginFixture()
        try fixture.addManifest(for: fixture.add(FixtureLibraries.empty), fingerprint: fingerprint)
        let refusal = try #require(problem(fixture, "empty"))
        #expect(refusal.code == .otherFingerprint)
        #expect(refusal.notes.prefix(2) == ["built with: \(fingerprint)", "this is: \(SDKVersion.fingerprint)"])
    }

    @Test func `a plugin that needs a newer SDK is refused with what is missing`() throws {
        let fixture = try PluginFixture()
        try fixture.addManifest(for: fixture.add(FixtureLibraries.demanding))
        let refusal = try #require(problem(fixture, "demanding"))
        #expect(refusal.code == .missingSymbols)
        #expect(refusal.notes == ["missing in this SDK: $s11ConvergeSDK7MissingV4nameSSvg"])
    }

    @Test func `an entry that returns null is refused`() throws {
        let fixture = try PluginFixture()
        try fixture.addManifest(for: fixture.add(FixtureLibraries.empty))
        #expect(problem(fixture, "empty")?.code == .emptyEntry)
    }

    @Test func `a plugin whose contents throw is refused with its words`() throws {
        let fixture = try PluginFixture()
        try fixture.addManifest(for: fixture.add(FixtureLibraries.failing))
        let refusal = try #require(problem(fixture, "failing"))
        #expect(refusal.code == .failingContents)
        #expect(refusal.notes == ["C0500: no luck"])
        #expect(refusal.help.first == "try again tomorrow")
    }

    @Test func `a plugin under another file name is refused`() throws {
        let fixture = try PluginFixture()
        try fixture.addManifest(for: fixture.add(FixtureLibraries.empty), name: "other")
        #expect(problem(fixture, "empty")?.code == .misnamed)
    }

    @Test func `a plugin that is not there names those that are, and the nearest`() throws {
        let fixture = try PluginFixture()
        try fixture.addManifest(for: fixture.add(FixtureLibraries.empty))
        let refusal = try #require(problem(fixture, "emty"))
        #expect(refusal.code == .unknownPlugin)
        #expect(refusal.notes == ["known: empty", "looked in: \(fixture.folder.path)"])
        #expect(refusal.help.first == "use 'empty'")
    }

    @Test func `one plugin's problem leaves the others usable`() throws {
        let fixture = try PluginFixture()
        try fixture.addManifest(for: fixture.add(FixtureLibraries.empty))
        try fixture.addManifest(for: fixture.add(FixtureLibraries.entryless), fingerprint: "other")
        try fixture.temporary.write("{\"name\": \"unrelated\"}", to: "package.json")
        #expect(fixture.catalog.plugins.map(\.manifest.name) == ["empty"])
        #expect(fixture.catalog.diagnostics.map(\.code) == [.otherFingerprint])
    }

    @Test func `of two plugins of one name the first folder's counts, and both are named`() throws {
        let (first, second) = (try PluginFixture(), try PluginFixture(.user))
        try first.addManifest(for: first.add(FixtureLibraries.empty))
        try second.addManifest(for: second.add(FixtureLibraries.entryless, as: "Empty"))
        let catalog = PluginCatalog(locator: PluginLocator(folders: [first.folder, second.folder, first.folder]))
        #expect(catalog.plugins.map(\.bundle.folder) == [first.folder])
        #expect(catalog.diagnostics.map(\.code) == [.twoOfOneName])
        #expect(
            catalog.diagnostics.first?.notes == [
                "used: \(first.folder.path)/libEmpty.so", "ignored: \(second.folder.path)/libEmpty.so"
            ])
    }

    @Test func `a folder that CONVERGE_PLUGIN_PATH names must exist, others need not`() throws {
        let locator = PluginLocator(
            variables: ["CONVERGE_PLUGIN_PATH": "/no/such/folder", "HOME": "/no/such/home"],
            stateFolder: "/no/such/project/.converge", executable: "/no/such/bin/converge")
        #expect(
            locator.folders.map(\.path) == [
                "/no/such/folder", "/no/such/project/.converge/plugins", "/no/such/home/.local/share/converge/plugins",
                "/no/such/bin", "/no/such/lib/converge"
            ])
        #expect(PluginCatalog(locator: locator).diagnostics.map(\.code) == [.unreadableFolder])
    }
}
