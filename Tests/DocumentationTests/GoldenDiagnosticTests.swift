// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// Every code as a person meets it: what the executable prints where the problem occurs.
///
/// What makes it occur is `Tests/Golden/scenarios/CODE.sh`, a script for an empty folder, or the example recipe of the room that
/// tells the code. A script that cannot make it occur on this machine prints `not possible here: ` and why. With `CONVERGE_UPDATE_GOLDEN=1` what is printed is written to `Tests/Golden/diagnostics/CODE.txt`;
/// with `CONVERGE_GOLDEN=V06` only codes that begin so are made to occur.
struct GoldenDiagnosticTests {
    struct Scenario: Sendable, CustomTestStringConvertible {
        let code: String
        let script: String

        var testDescription: String { code }

        /// Of codes that can be read; that they can and that each has one is a test of its own.
        static let all: [Scenario] = {
            let codes = (try? DeclaredCode.all().map(\.text)) ?? []
            let beginning = ProcessInfo.processInfo.environment["CONVERGE_GOLDEN"] ?? ""
            return codes.filter { $0.hasPrefix(beginning) }.compactMap { code in
                if let script = try? Repository.text(of: "Tests/Golden/scenarios/\(code).sh") {
                    return Scenario(code: code, script: script)
                }
                let examples = ["Tests/RecipeSyntaxTests/Codes", "Tests/RecipeRuntimeTests/Codes"]
                    .map { Repository.root.appendingPathComponent("\($0)/\(code).recipe").path }
                return examples.first { FileManager.default.fileExists(atPath: $0) }
                    .map { Scenario(code: code, script: "cp '\($0)' . && converge check \(code).recipe") }
            }
        }()
    }

    @Test(.enabled("codes are chosen") { ProcessInfo.processInfo.environment["CONVERGE_GOLDEN"] == nil })
    func `every code is made to occur`() throws {
        let codes = Set(try DeclaredCode.all().map(\.text))
        #expect(!codes.isEmpty)
        let missing = codes.subtracting(Scenario.all.map(\.code))
        #expect(missing.isEmpty, "neither a scenario nor an example recipe: \(missing.sorted())")
    }

    private static let isUpdating = ProcessInfo.processInfo.environment["CONVERGE_UPDATE_GOLDEN"] == "1"

    @Test(.enabled("there is no executable") { ShellCommand.hasExecutable }, arguments: Scenario.all)
    func `a code is told as its golden example shows`(_ scenario: Scenario) throws {
        let path = "Tests/Golden/diagnostics/\(scenario.code).txt"
        let printed = try ShellCommand.withFolder { folder in
            Page.settled(try ShellCommand(text: scenario.script).output(in: folder, name: "/home/you/shop"))
        }
        if let reason = printed.first(where: { $0.hasPrefix("not possible here: ") }) { try Test.cancel("\(reason)") }
        try #require(
            printed.contains { $0.contains("[\(scenario.code)]") }, "\(scenario.code) did not occur: \(printed)")
        if Self.isUpdating {
            try Data(printed.map { $0 + "\n" }.joined().utf8).write(to: Repository.root.appendingPathComponent(path))
            return
        }
        let golden = try Repository.text(of: path).components(separatedBy: "\n").dropLast()
        #expect(printed == Array(golden), "\(path)")
    }
}
