// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The arrows between rooms point one way.
struct RoomTests {
    @Test(arguments: Room.all)
    func `a room imports only what its arrows allow`(_ room: Room) throws {
        let allowed = room.imports.union(room.system)
        for file in Repository.files(below: room.folder, ["swift"]) where !file.path.hasSuffix("/Package.swift") {
            for (number, module) in try Self.imports(of: file) {
                #expect(allowed.contains(module), "\(file.path):\(number) imports \(module), and \(room.name) may not")
            }
        }
    }

    @Test(arguments: Room.all)
    func `the package declares what a room imports`(_ room: Room) throws {
        let package = try Repository.text(of: "Package.swift")
        // The SDK and the test kit are packages of their own, which depend on nothing but each other.
        guard
            let start = package.range(of: "name: \"\(room.name)\", dependencies:")
                ?? package.range(of: "name: \"\(room.name)\",\n            dependencies:")
        else { return }
        let rest = package[start.upperBound...]
        let declared = rest[..<(rest.range(of: "arget(\n")?.lowerBound ?? rest.endIndex)]
        for file in Repository.files(below: room.folder, ["swift"]) {
            for (number, module) in try Self.imports(of: file) where !room.system.contains(module) {
                let isDeclared = module == "ConvergeSDK" ? declared.contains("sdk") : declared.contains("\"\(module)\"")
                #expect(isDeclared, "\(file.path):\(number) imports \(module), which Package.swift does not declare")
            }
        }
    }

    @Test func `every folder of Sources and Plugins is a room`() {
        let folders = ["Sources", "Plugins"].flatMap { parent in Repository.names(in: parent).map { "\(parent)/\($0)" }
        }
        #expect(folders.sorted() == Room.all.map(\.folder).sorted())
    }

    @Test func `no arrow points back`() {
        let names = Room.all.map(\.name)
        for (position, room) in Room.all.enumerated() {
            let later = room.imports.intersection(names[position...])
            #expect(later.isEmpty, "\(room.name) imports \(later.sorted()), which stand in a later layer")
        }
    }

    @Test func `the language knows of the SDK its diagnostics alone`() throws {
        let diagnostics = try Self.publicTypes(below: "Sources/ConvergeSDK/Diagnostics")
        let others = try Self.publicTypes(below: "Sources/ConvergeSDK").subtracting(diagnostics)
        let files = Repository.files(below: "Sources/RecipeSyntax", ["swift"])
        let own = try files.reduce(into: Set<String>()) { $0.formUnion(Self.types(in: try $1.text, access: "")) }
        let noWord = CharacterSet.alphanumerics.inverted
        for file in files {
            for (offset, line) in try file.lines.enumerated() where !line.contains("//") {
                let known = Set(line.components(separatedBy: noWord)).intersection(others).subtracting(own)
                #expect(known.isEmpty, "\(file.path):\(offset + 1) uses \(known.sorted())")
            }
        }
    }

    /// Line numbers and modules.
    private static func imports(of file: SourceFile) throws -> [(Int, String)] {
        let statement =
            /^\s*(?:@\w+\s+)*(?:public |package |internal |fileprivate |private )?import (?:(?:struct|class|enum|protocol|func|typealias|let|var) )?([A-Za-z0-9_]+)/
        return try file.lines.enumerated().filter { $0.element.contains("import ") }.compactMap { offset, line in
            line.prefixMatch(of: statement).map { (offset + 1, String($0.output.1)) }
        }
    }

    private static func publicTypes(below folder: String) throws -> Set<String> {
        try Repository.files(below: folder, ["swift"]).reduce(into: []) {
            $0.formUnion(types(in: try $1.text, access: "public "))
        }
    }

    private static func types(in text: String, access: String) -> Set<String> {
        let declarators: Set = ["struct", "enum", "class", "actor", "protocol", "typealias"]
        let lines = text.components(separatedBy: "\n").filter { access.isEmpty || $0.contains(access) }
        return Set(
            lines.compactMap { line in
                let words = line.components(separatedBy: .alphanumerics.inverted)
                return words.firstIndex { declarators.contains($0) }.flatMap { words.dropFirst($0 + 1).first }
            })
    }
}
