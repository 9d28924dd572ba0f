// SPDX-License-Identifier: Apache-2.0
import ChildPrograms
import ConvergeSDK
import Foundation
import PluginFixtures
import PluginHost
import Testing

/// Libraries that the tests need, compiled when first needed and kept beside the products.
enum FixtureLibraries {
    /// The plugin `fixture`, complete.
    static let working = Result { try swift("Fixture", flags: []) }
    /// A plugin whose contents throw.
    static let failing = Result { try swift("Failing", flags: ["-D", "FAILS"]) }
    /// A library without the entry.
    static let entryless = Result { try c("Entryless", "int converge_other(void) { return 0; }") }
    /// A library whose entry returns null.
    static let empty = Result { try c("Empty", "void *converge_plugin(void) { return 0; }") }
    /// A library that uses what this SDK does not have.
    static let demanding = Result {
        try c(
            "Demanding",
            """
            extern int missing(void) __asm__("$s11ConvergeSDK7MissingV4nameSSvg");
            void *converge_plugin(void) { return missing() ? (void *)1 : 0; }
            """)
    }

    private static let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    private static let folder = products + "/PluginHostTests.fixtures"

    private static func swift(_ module: String, flags: [String]) throws -> String {
        try built(module, "swift", fixtureSource) { source, library in
            [
                "swiftc", "-swift-version", "6", "-emit-library", "-module-name", module, "-I", products + "/Modules",
                "-L", products, "-lConvergeSDK", "-enable-upcoming-feature", "NonisolatedNonsendingByDefault",
                source, "-o", library
            ] + flags
        }
    }

    private static func c(_ module: String, _ text: String) throws -> String {
        try built(module, "c", text) { source, library in ["clang", "-shared", "-fPIC", source, "-o", library] }
    }

    private static func built(
        _ module: String, _ kind: String, _ text: String, _ command: (String, String) -> [String]
    ) throws -> String {
        let source = "\(folder)/\(module).\(kind)"
        let library = "\(folder)/lib\(module).so"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let isFresh =
            (try? String(contentsOfFile: source, encoding: .utf8)) == text
            && date(library) > date(products + "/libConvergeSDK.so")
        if isFresh { return library }
        try text.write(toFile: source, atomically: true, encoding: .utf8)
        let said = "\(folder)/\(module).log"
        let program = try ChildProgram(
            command(source, library), variables: ProcessInfo.processInfo.environment, output: said)
        let code = program.end()
        let text = try String(contentsOfFile: said, encoding: .utf8)
        try #require(code == 0, "\(module) does not compile: \(text)")
        return library
    }

    private static func date(_ path: String) -> Date {
        (try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date) ?? .distantPast
    }
}

/// A folder of plugins.
struct PluginFixture: Sendable {
    /// The plugin `fixture` with its manifest, for all tests that only use it.
    static let shared = Result {
        let fixture = try PluginFixture(.executable)
        try fixture.add(FixtureLibraries.working)
        return fixture
    }

    let temporary: TemporaryFolder
    let folder: PluginFolder
    var catalog: PluginCatalog { PluginCatalog(locator: PluginLocator(folders: [folder])) }

    init(_ origin: PluginFolder.Origin = .project) throws {
        temporary = try TemporaryFolder()
        folder = PluginFolder(path: temporary.path, origin: origin)
    }

    func bundle(_ module: String) -> PluginBundle { PluginBundle(module: module, folder: folder) }

    /// Copies a library in, under its own or another module's name.
    @discardableResult
    func add(_ library: Result<String, any Error>, as module: String? = nil) throws -> PluginBundle {
        let path = try library.get()
        let name = URL(fileURLWithPath: path).lastPathComponent
        let bundle = bundle(module ?? String(name.dropFirst(3).dropLast(3)))
        try FileManager.default.copyItem(atPath: path, toPath: bundle.libraryPath)
        return bundle
    }

    /// Writes a manifest by hand for a library that cannot say what it is.
    func addManifest(
        for bundle: PluginBundle, name: String? = nil, fingerprint: String = SDKVersion.fingerprint,
        sha256: String? = nil
    ) throws {
        let digest = try sha256 ?? Digests.sha256(ofFile: bundle.libraryPath)
        try temporary.write(
            """
            {"layout": 1, "name": "\(name ?? bundle.module.lowercased())", "module": "\(bundle.module)",
             "version": "1.0.0", "doc": "", "fingerprint": "\(fingerprint)", "sha256": "\(digest)",
             "resourceKinds": [], "stepKinds": [], "executors": [], "functions": [], "verbs": [], "services": [],
             "texts": [], "diagnosticCodes": []}
            """, to: bundle.module + ".json")
    }

    /// Changes the bytes of a library.
    func edit(_ bundle: PluginBundle, _ change: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: URL(fileURLWithPath: bundle.libraryPath))
        change(&data)
        try data.write(to: URL(fileURLWithPath: bundle.libraryPath))
    }
}

enum Digests {
    static func sha256(ofFile path: String) throws -> String {
        let temporary = try TemporaryFolder()
        let said = temporary.path + "/digest"
        let program = try ChildProgram(
            ["sha256sum", path], variables: ProcessInfo.processInfo.environment, output: said)
        try #require(program.end() == 0)
        let text = try String(contentsOfFile: said, encoding: .utf8)
        return String(text.prefix(64))
    }
}
