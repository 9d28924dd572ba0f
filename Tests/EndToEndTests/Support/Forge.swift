// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// The fixture plugin of Tests/Fixtures/forge, and the server that it works with.
enum Forge {
    private static let package = Project.repository.appendingPathComponent("Tests/Fixtures/forge")

    /// The folder of its library and manifest, built once a process.
    private static let built = Task<URL, any Error> {
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("converge-forge-build")
        let project = try Project()
        let build = try await project.program(
            "swift", "build", "--package-path", package.path, "--scratch-path", scratch.path)
        try #require(build.code == 0, "\(build.output)\(build.errors)")
        let folder = scratch.appendingPathComponent("debug")
        let manifest = try await project.converge(
            "plugin", "manifest", folder.appendingPathComponent("libForge.so").path)
        try #require(manifest.code == 0, "\(manifest.errors)")
        return folder
    }

    /// Adds the plugin to a project.
    static func install(in project: Project) async throws {
        let folder = try await built.value
        let plugins = project.folder.appendingPathComponent(".converge/plugins")
        try FileManager.default.createDirectory(at: plugins, withIntermediateDirectories: true)
        for name in ["libForge.so", "Forge.json"] {
            try FileManager.default.copyItem(
                at: folder.appendingPathComponent(name), to: plugins.appendingPathComponent(name))
        }
    }

    /// Runs while a server of parts and jobs is up.
    ///
    /// - Parameters:
    ///   - slow: True where it takes some milliseconds before and after what it does.
    ///   - body: Gets the server's address.
    static func serving<T>(
        _ project: Project, slow: Bool = false, _ body: (String) async throws -> T
    ) async throws -> T {
        let port = project.path("forge-port-\(UUID().uuidString)")
        let server = try project.startProgram([
            "python3", package.appendingPathComponent("server.py").path, port, slow ? "slow" : "fast"
        ])
        let result: Result<T, any Error>
        do {
            try #require(try await eventually { FileManager.default.contents(atPath: port)?.isEmpty == false })
            let number = String(decoding: try Data(contentsOf: URL(fileURLWithPath: port)), as: UTF8.self)
            result = .success(try await body("http://127.0.0.1:\(number)"))
        } catch {
            result = .failure(error)
        }
        server.send(SIGTERM)
        _ = await server.end()
        return try result.get()
    }

    /// What a server has: `parts`, `jobs` and `deleted`.
    static func holdings(of url: String, asking project: Project) async throws -> Value {
        let answer = try await project.program("curl", "-sS", url + "/all")
        return try answer.json
    }
}
