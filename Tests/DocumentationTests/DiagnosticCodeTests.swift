// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Every code is a promise to people who search for it: unique, documented, and shown to occur.
struct DiagnosticCodeTests {
    @Test func `a code is a letter and four digits and is declared once`() throws {
        var seen: [String: String] = [:]
        for code in try DeclaredCode.all() {
            #expect(code.text.wholeMatch(of: /[A-Z][0-9]{4}/) != nil, "\(code.text) in \(code.path)")
            if let other = seen.updateValue(code.path, forKey: code.text) {
                Issue.record("\(code.text) is declared in \(other) and in \(code.path)")
            }
        }
        #expect(!seen.isEmpty)
    }

    @Test func `every code is told somewhere`() throws {
        let mentions = try ["Sources", "Plugins"].flatMap { Repository.files(below: $0, ["swift"]) }
            .reduce(into: Set<String>()) { names, file in
                // Where codes are declared and listed is no place where they are told.
                let lines = try file.lines.filter { !$0.contains("DiagnosticCode(") && $0.contains(".") }
                let isDeclaring = file.path.contains("Codes") || file.path.hasSuffix("CallError.swift")
                if isDeclaring && !file.path.hasSuffix("CallError.swift") { return }
                for line in lines { names.formUnion(line.components(separatedBy: Self.noName)) }
            }
        for code in try DeclaredCode.all() {
            #expect(mentions.contains(code.name), "\(code.text) (\(code.name), \(code.path)) is told nowhere")
        }
    }

    private static let noName = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "_")).inverted

    @Test func `every code has its section in the diagnostics reference, and no other has one`() throws {
        let sections = try Repository.text(of: "docs/diagnostics.md").matches(of: /(?m)^## ([A-Z][0-9]{4}): (.+)$/)
            .map { "\($0.output.1): \($0.output.2)" }
        let declared = try DeclaredCode.all().map { "\($0.text): \($0.title)" }
        let missing = Set(declared).subtracting(sections)
        let surplus = Set(sections).subtracting(declared)
        #expect(missing.isEmpty, "not in docs/diagnostics.md, which `make docs` writes: \(missing.sorted())")
        #expect(surplus.isEmpty, "in docs/diagnostics.md and declared nowhere: \(surplus.sorted())")
    }

    @Test func `every code has a golden example, and no other has one`() throws {
        let golden = Set(names(in: "Tests/Golden/diagnostics", ".txt"))
        let declared = Set(try DeclaredCode.all().map(\.text))
        let missing = declared.subtracting(golden)
        #expect(missing.isEmpty, "without Tests/Golden/diagnostics/CODE.txt: \(missing.sorted())")
        let orphans = golden.union(names(in: "Tests/Golden/scenarios", ".sh")).subtracting(declared)
        #expect(orphans.isEmpty, "golden examples of codes that are declared nowhere: \(orphans.sorted())")
    }

    private func names(in folder: String, _ ending: String) -> [String] {
        Repository.names(in: folder).filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }
    }
}
