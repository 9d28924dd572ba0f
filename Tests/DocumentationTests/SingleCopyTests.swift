// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// A type that two images define is two types: values of one are not values of the other.
struct SingleCopyTests {
    private static let products = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()

    /// The executables and libraries beside this test.
    private static let images: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: products.path)) ?? []
        return names.filter { isImage(products.appendingPathComponent($0)) }.sorted()
    }()

    @Test func `the products are beside this test`() {
        for name in ["converge", "libConvergeSDK.so", "libLocal.so", "libStandard.so"] {
            #expect(Self.images.contains(name), "\(name) is not in \(Self.products.path)")
        }
    }

    @Test(arguments: images)
    func `only the SDK's own library defines the SDK's types`(_ image: String) throws {
        let symbols = try Self.definedSymbols(of: image)
        // `Mn`: the descriptor of a type, which every definition has and no use makes.
        let types = symbols.filter { $0.hasPrefix("$s11ConvergeSDK") && $0.hasSuffix("Mn") }
        let values = types.filter { $0.hasPrefix("$s11ConvergeSDK5ValueO") }
        if image == "libConvergeSDK.so" {
            #expect(!values.isEmpty)
        } else {
            #expect(types.isEmpty, "\(image) has a copy of \(types.prefix(3))")
        }
    }

    private static func isImage(_ file: URL) -> Bool {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return false }
        defer { try? handle.close() }
        return (try? handle.read(upToCount: 4)) == Data([0x7F, 0x45, 0x4C, 0x46])
    }

    private static func definedSymbols(of image: String) throws -> [Substring] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "nm", "--defined-only", "--format=just-symbols", products.appendingPathComponent(image).path
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "nm cannot read \(image)")
        return String(decoding: output, as: UTF8.self).split(separator: "\n")
    }
}
