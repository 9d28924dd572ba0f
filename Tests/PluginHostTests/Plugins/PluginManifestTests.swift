// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import PluginFixtures
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
        #expect(try manifest.texts.all() == [PluginText(path: "Mappings/Thing.recipe", text: "mapping ü {}\n")])
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

    /// A fixture with a manifest as it is written, and the manifest's bytes.
    private func written() throws -> (fixture: PluginFixture, bundle: PluginBundle, bytes: [UInt8]) {
        let fixture = try PluginFixture(.executable)
        let bundle = try fixture.add(FixtureLibraries.working)
        try #require(fixture.catalog.diagnostics.isEmpty)
        return (fixture, bundle, Array(try Data(contentsOf: URL(fileURLWithPath: bundle.manifestPath))))
    }

    @Test func `a manifest that was written anew by hand reads as the one that Converge wrote`() throws {
        let (fixture, bundle, bytes) = try written()
        let manifest = try #require(fixture.catalog.plugins.first?.manifest)
        let (kinds, texts) = (manifest.resourceKinds.all, try manifest.texts.all())
        try fixture.temporary.write(try Value(json: bytes).indentedJSON(), to: "\(bundle.module).json")
        let edited = try #require(fixture.catalog.plugins.first?.manifest)
        #expect(edited.resourceKinds.names == manifest.resourceKinds.names)
        #expect(edited.resourceKinds.all == kinds && kinds.count == manifest.resourceKinds.count)
        #expect(edited.resourceKinds.sensitive == manifest.resourceKinds.sensitive)
        #expect(try edited.texts.all() == texts)
        #expect(edited.texts.declarations == manifest.texts.declarations)
        #expect(manifest.texts.declarations == [[TextDeclaration(form: .mapping, name: "ü")]])
    }

    @Test func `what is wrong with a kind or a text is told by whoever reads it, and by the check of all`() throws {
        let (fixture, bundle, bytes) = try written()
        for (text, broken) in [("\"fixture.", "\"fixtura."), ("Mappings/Thing", "Mappings/Think")] {
            // In the body, at the last place: the index stays as it is.
            var damaged = bytes
            let place = try #require(
                damaged.indices.last { damaged[$0...].starts(with: text.utf8) }, "the manifest holds \(text)")
            damaged.replaceSubrange(place..<place + text.utf8.count, with: broken.utf8)
            try Data(damaged).write(to: URL(fileURLWithPath: bundle.manifestPath))
            let catalog = fixture.catalog
            #expect(catalog.diagnostics.isEmpty)
            #expect(catalog.plugins.first?.manifest.module == "Fixture")
            let problems = catalog.verify()
            #expect(problems.map(\.code) == [.unreadableManifest])
            #expect(problems.first?.notes.first?.contains("is not where it should be") == true, "\(problems)")
        }
    }

    @Test func `another manifest in the place of one that is in use changes nothing for its user`() throws {
        let (fixture, bundle, _) = try written()
        let manifest = try #require(fixture.catalog.plugins.first?.manifest)
        try FileManager.default.removeItem(atPath: bundle.manifestPath)
        try fixture.addManifest(for: bundle)
        #expect(manifest.resourceKinds.all.count == manifest.resourceKinds.count && manifest.resourceKinds.count > 0)
        #expect(try manifest.texts.all().map(\.path) == manifest.texts.paths)
    }

    @Test func `whatever is changed in a manifest, it is read or refused`() throws {
        let (fixture, bundle, bytes) = try written()
        let numbers = bytes.indices.filter { UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[$0] }
        var state: UInt64 = 26
        func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        for round in 1...400 {
            var damaged = bytes
            for _ in 0...below(6) {
                switch below(3) {
                // Lengths and places of the index are numbers.
                case 0: damaged[numbers[below(numbers.count)]] = UInt8(0x30 + below(10))
                case 1: damaged[below(bytes.count)] = UInt8(below(256))
                default: break
                }
            }
            if below(5) == 0 { damaged.removeLast(below(60)) }
            try Data(damaged).write(to: URL(fileURLWithPath: bundle.manifestPath))
            let catalog = fixture.catalog
            for plugin in catalog.plugins {
                _ = plugin.manifest.resourceKinds.all
                for texts in [plugin.manifest.texts, plugin.manifest.priceTables, plugin.manifest.exportTables] {
                    do throws(Diagnostic) { _ = try texts.all() } catch { #expect(error.code == .unreadableManifest) }
                }
            }
            #expect(catalog.plugins.count + catalog.diagnostics.count <= 1, "round \(round)")
        }
    }
}
