// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// What every file of code keeps to.
struct SourceFileTests {
    private static let shipped = ["Sources", "Plugins"]
    private static let code: Set<String> = ["swift", "c", "h", "recipe"]

    @Test(arguments: shipped)
    func `no file is longer than 400 lines`(_ folder: String) throws {
        for file in Repository.files(below: folder, Self.code) {
            // What a script writes is as long as what it lists.
            if try file.text.contains("// Written by ") { continue }
            let count = try file.lines.count
            #expect(count <= 400, "\(file.path) has \(count) lines: it holds more than one concept")
        }
    }

    @Test func `no test file is longer than 500 lines`() throws {
        for file in Repository.files(below: "Tests", ["swift", "py"]) {
            let count = try file.lines.count
            #expect(count <= 500, "\(file.path) has \(count) lines")
        }
    }

    @Test(arguments: shipped + ["Tests"])
    func `every file names its licence`(_ folder: String) throws {
        for file in Repository.files(below: folder, ["swift", "c", "h"]) {
            // Package.swift begins with the version of its tools.
            let named = try file.lines.prefix(2).contains { $0.hasPrefix("// SPDX-License-Identifier: Apache-2.0") }
            #expect(named, "\(file.path) has no line `// SPDX-License-Identifier: Apache-2.0`")
        }
        for file in Repository.files(below: folder, ["py"]) {
            let named = try file.lines.prefix(2).contains { $0.hasPrefix("# SPDX-License-Identifier: Apache-2.0") }
            #expect(named, "\(file.path) has no line `# SPDX-License-Identifier: Apache-2.0`")
        }
    }

    @Test(arguments: shipped)
    func `shipped code neither crashes on purpose nor leaves work behind`(_ folder: String) throws {
        let unwanted = ["try! ", "fatalError(", "preconditionFailure(", "TODO", "FIXME", " as! "]
        for file in Repository.files(below: folder, ["swift"]) {
            for (offset, line) in try file.lines.enumerated() {
                if let found = unwanted.first(where: { line.contains($0) }) {
                    Issue.record("\(file.path):\(offset + 1) has \(found)")
                }
            }
        }
    }
}
