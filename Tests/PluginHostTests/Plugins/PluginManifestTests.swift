// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginHost
import Testing

@Suite(.serialized) struct PluginManifestTests {
    @Test func `beside the running executable a manifest is made, and made anew when the library is younger`() throws {
        let fixture = try PluginFixture(.executable)
        let bundle = try fixture.add(FixtureLibraries.working)
        try fixture.add(FixtureLibraries.entryless)
        let catalog = fixture.catalog
        #expect(catalog.diagnostics.isEmpty)
        let manifest = try #require(catalog.plugins.first?.manifest)
        #expect(catalog.plugins.count == 1)
        #expect(manifest.sha256 == (try Digests.sha256(ofFile: bundle.libraryPath)))
        #expect(manifest.fingerprint == SDKVersion.fingerprint)

        try fixture.addManifest(for: bundle, sha256: "stale")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 0)], ofItemAtPath: bundle.manifestPath)
        #expect(fixture.catalog.plugins.first?.manifest.sha256 == manifest.sha256)
    }

    @Test func `a manifest holds everything that the plugin says, and reads back whole`() throws {
        let fixture = try PluginFixture(.executable)
        try fixture.add(FixtureLibraries.working)
        _ = fixture.catalog.plugins
        let manifest = try #require(fixture.catalog.plugins.first?.manifest)
        #expect(manifest.name == "fixture")
        #expect(manifest.module == "Fixture")
        #expect(manifest.version == "1.2.3")
        #expect(manifest.executors == ["Double"])
        #expect(manifest.services == ["echo"])
        #expect(manifest.functions.map(\.name) == ["fixture.twice"])
        #expect(manifest.verbs.map(\.name) == ["fixture.aliases"])
        #expect(manifest.texts == [PluginText(path: "Mappings/Thing.recipe", text: "mapping ü {}\n")])
        #expect(manifest.diagnosticCodes.map(\.explanation) == ["An explanation."])
        let contents = try PluginLoader().load(try #require(fixture.catalog.plugins.first))
        #expect(manifest.provider == contents.provider)
        #expect(manifest.resourceKinds.all == contents.resourceKinds)
        #expect(manifest.stepKinds == contents.stepKinds)
    }

    @Test func `a manifest that cannot be written is told`() throws {
        let fixture = try PluginFixture()
        let bundle = try fixture.add(FixtureLibraries.working)
        try FileManager.default.createDirectory(atPath: bundle.manifestPath, withIntermediateDirectories: true)
        let error = #expect(throws: Diagnostic.self) { try ManifestWriter.write(for: bundle) }
        #expect(error?.code == .unwritableManifest)
    }
}
