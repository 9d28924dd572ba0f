// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import PluginFixtures
import Testing

struct PluginTests {
    @Test func `every kind is documented, field by field`() throws {
        let contents = LoadedPlugins.local
        #expect(
            contents.resourceKinds.map(\.name) == [
                "local.Note", "local.Lake", "local.Warehouse", "local.Tracker", "local.Stream",
                "local.Notices", "local.Endpoint"
            ])
        for kind in contents.resourceKinds {
            #expect(!kind.doc.isEmpty)
            #expect(kind.example.contains(kind.name))
            for field in kind.fields + kind.outputs { #expect(!field.doc.isEmpty && !field.doc.hasSuffix(".")) }
            #expect(kind.output("id")?.change == .replaces)
        }
    }

    @Test func `the texts are inside the library`() throws {
        let texts = LoadedPlugins.local.texts
        #expect(texts.count == 6)
        for text in texts {
            #expect(text.text.contains("mapping " + text.path.dropFirst("Mappings/".count).dropLast(".recipe".count)))
        }
    }

    @Test func `codes are told once`() throws {
        let codes = LoadedPlugins.local.diagnosticCodes.map(\.text)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0.hasPrefix("V") && $0.count == 5 })
    }
}
