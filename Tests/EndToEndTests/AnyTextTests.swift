// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Foundation
import Testing

/// Whatever bytes a recipe holds, `check` answers with diagnostics and an exit code, and never crashes.
struct AnyTextTests {
    /// Numbers that are the same at every visit, so that a failure can be repeated.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let words = [
        "resource", "workflow", "step", "param", "let", "def", "for", "in", "if", "else", "import", "as", "output",
        "capability", "mapping", "environment", "use", "{", "}", "(", ")", "[", "]", "\"", "\"\"\"", "${", "$",
        "@needs",
        "@when", "=", "=>", "==", "?.", "??", ".", ",", ":", ";", "\n", "#", "r\"", "\\u{", "7d", "12%", "2026-11-25",
        "1e999", "99999999999999999999", "local.Note", "Expect", "-", "not", "\u{FEFF}", "\r\n", "é", "\u{202E}", "\0"
    ]

    private static func recommendation() throws -> [UInt8] {
        Array(
            try Data(
                contentsOf: Project.repository.appendingPathComponent(
                    "Recipes/recommendation-system/recommendation-system.recipe")))
    }

    private func check(_ bytes: [UInt8], _ project: Project, _ what: String) async throws {
        try project.write(bytes: bytes, to: "any.recipe")
        let answer = try await project.converge("check", "any.recipe", "--json")
        try #require(answer.code == 0 || answer.code == 1, "\(what) ended with \(answer.code): \(answer.errors)")
        let diagnostics = try answer.diagnostics
        let errors = diagnostics.filter { $0.at("severity")?.string == "error" }
        #expect(errors.isEmpty == (answer.code == 0), "\(what): \(answer.output)")
        for diagnostic in diagnostics {
            let code = diagnostic.at("code")?.string ?? ""
            #expect(code.wholeMatch(of: /[A-Z][0-9]{4}/) != nil, "\(what): \(diagnostic)")
            #expect(diagnostic.at("message")?.string?.isEmpty == false, "\(what)")
        }
        if String(validating: bytes, as: UTF8.self) == nil {
            #expect(diagnostics.contains { $0.at("code")?.string == "S0101" }, "\(what)")
        }
    }

    @Test(arguments: 0..<12) func `random bytes`(seed: UInt64) async throws {
        var dice = Dice(state: seed)
        let bytes = (0..<Int.random(in: 1...2000, using: &dice)).map { _ in UInt8.random(in: 0...255, using: &dice) }
        try await check(bytes, Project(), "seed \(seed)")
    }

    @Test(arguments: 0..<12) func `the language's own words in any order`(seed: UInt64) async throws {
        var dice = Dice(state: seed)
        let text = (0..<300).map { _ in Self.words.randomElement(using: &dice) ?? "" }.joined(separator: " ")
        try await check(Array(text.utf8), Project(), "seed \(seed)")
    }

    @Test(arguments: 0..<12) func `the shipped recipe with bytes changed, taken out and doubled`(seed: UInt64)
        async throws
    {
        var dice = Dice(state: seed)
        var bytes = try Self.recommendation()
        for _ in 0..<Int.random(in: 1...20, using: &dice) {
            let place = Int.random(in: 0..<bytes.count, using: &dice)
            switch Int.random(in: 0..<3, using: &dice) {
            case 0: bytes[place] = UInt8.random(in: 1...126, using: &dice)
            case 1: bytes.remove(at: place)
            default: bytes.insert(bytes[place], at: place)
            }
        }
        try await check(bytes, Project(), "seed \(seed)")
    }

    @Test func `the shipped recipe cut at any place`() async throws {
        let bytes = try Self.recommendation()
        let project = try Project()
        for place in stride(from: 0, to: bytes.count, by: bytes.count / 40) {
            try await check(Array(bytes.prefix(place)), project, "cut at \(place)")
        }
    }

    @Test func `ten thousand open brackets`() async throws {
        for bracket in ["(", "[", "{", "\"${", "if a {", "-", "not "] {
            let text = "let a = " + String(repeating: bracket, count: 10_000)
            try await check(Array(text.utf8), Project(), bracket)
        }
    }
}
