// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import Shell

struct CommandCompletionTests {
    private struct Names: CommandNames {
        func items(
            _ meaning: CommandShape.Meaning, typed: String, after words: [String]
        ) async -> [CompletionItem] {
            switch meaning {
            case .recipe:
                let inFolder = typed.hasPrefix("data/")
                return inFolder
                    ? [CompletionItem("inner.recipe", suffix: " ")]
                    : [
                        CompletionItem("shop.recipe", suffix: " "), CompletionItem("data", suffix: "/"),
                        CompletionItem("a b.recipe", suffix: " ")
                    ]
            case .workflow:
                return words.isEmpty
                    ? ["train", "test"].map { CompletionItem($0, suffix: " ") }
                    : [CompletionItem("of-\(words[0])", suffix: " ")]
            case .run: return ["run-2", "apply-1"].map { CompletionItem($0, suffix: " ") }
            case .step: return [CompletionItem("step-of-\(words[0])")]
            case .environment: return ["dev", "prod"].map { CompletionItem($0, suffix: " ") }
            case .setting: return [CompletionItem("top", suffix: "=")]
            case .oneOf(let words): return words.map { CompletionItem($0) }
            case .explainable: return [CompletionItem("local.Note"), CompletionItem("DataLakeStorage")]
            default: return []
            }
        }
    }

    private static let shared = [
        CommandShape.Option("env", value: .environment, doc: "The environment."),
        CommandShape.Option("set", value: .setting, doc: "A value.", isRepeatable: true),
        CommandShape.Option("yes", value: nil, doc: "Does not ask.")
    ]

    private let completion = CommandCompletion(
        [
            CommandShape("plan", doc: "Plans.", words: [.recipe], options: shared),
            CommandShape("run", doc: "Runs.", words: [.workflow, .workflow], options: shared),
            CommandShape("logs", doc: "Shows.", words: [.run, .step]),
            CommandShape("fmt", doc: "Formats.", words: [.recipe], isOpenEnded: true),
            CommandShape("mapping", doc: "Maps.", options: [CommandShape.Option("json", value: nil, doc: "")]),
            CommandShape("environment", doc: "Compares.", words: [.oneOf(["compare"])]),
            CommandShape("explain", doc: "Explains.", words: [.explainable]),
            CommandShape("undo", doc: "Takes back."), CommandShape("acme.sync", doc: "Syncs.", words: [.run])
        ], names: Names())

    private func complete(_ text: String) async -> Completion? {
        await completion.completion(text, at: text.utf8.count)
    }

    @Test(
        arguments: [
            ("plan ", ["shop.recipe", "data", "\"a b.recipe"]), ("plan a", ["\"a b.recipe"]),
            ("plan s", ["shop.recipe"]), ("plan data/i", ["inner.recipe"]),
            ("plan \"a", ["a b.recipe"]), ("run t", ["train", "test"]), ("run shop.recipe ", ["of-shop.recipe"]),
            ("run --env dev t", ["train", "test"]), ("run --set top=1 --yes tr", ["train"]),
            ("logs ", ["run-2", "apply-1"]), ("logs run-2 ", ["step-of-run-2"]), ("logs run-2 x ", []),
            ("fmt a.recipe b.recipe s", ["shop.recipe"]), ("plan --", ["--env", "--set", "--yes"]),
            ("plan --s", ["--set"]), ("plan --env dev --", ["--set", "--yes"]), ("plan --set a=1 --s", ["--set"]),
            ("plan --env ", ["dev", "prod"]), ("plan --env=p", ["prod"]), ("plan --set=", ["top"]),
            ("plan shop.recipe ", ["--env", "--set", "--yes"]), ("undo ", []), ("acme.sync run", ["run-2"]),
            ("explain lo", ["local.Note"]), ("explain no", ["local.Note"]), ("explain DATA", ["DataLakeStorage"]),
            ("let a = 1; logs r", ["run-2"]), ("resource n: N {\n  a: \"; x\"\n}\nlogs r", ["run-2"]),
            ("plan # ", nil), ("run w { ", nil), ("run w { a: \"x", nil), ("pla", nil), ("plan.x ", nil), ("", nil),
            ("let plan ", nil), ("logs r; ", nil), ("logs r\n", nil), ("mapping DataLakeStorage on ", nil),
            ("mapping --j", ["--json"]), ("environment dev { ", nil), ("environment co", ["compare"])
        ] as [(String, [String]?)])
    func `what may stand at the cursor of a command`(text: String, expected: [String]?) async {
        #expect(await complete(text)?.items.map(\.text) == expected, "\(text)")
    }

    @Test func `what is replaced is the word, or the last part of a path`() async throws {
        for (text, typed) in [
            ("plan sh", "sh"), ("plan data/in", "in"), ("plan \"a b", "a b"), ("plan --se", "--se"),
            ("plan --env=de", "de"), ("explain local.No", "local.No")
        ] {
            let completion = try #require(await complete(text))
            #expect(Int(completion.replaces.upper - completion.replaces.lower) == typed.utf8.count, "\(text)")
            #expect(Int(completion.replaces.upper) == text.utf8.count)
        }
    }

    @Test func `the suffix fits what was taken, and closes a quote`() async {
        #expect(await complete("plan s")?.items.map(\.suffix) == [" "])
        #expect(await complete("plan da")?.items.map(\.suffix) == ["/"])
        #expect(await complete("plan \"s")?.items.map(\.suffix) == ["\" "])
        #expect(await complete("plan a")?.items.map(\.suffix) == ["\" "])
        #expect(await complete("plan --set t")?.items.map(\.suffix) == ["="])
    }

    @Test func `any half of any text is answered`() async {
        let text = "plan \"a\\\" b\" --set x=\"y{\" { a: [\"}\" # c\n ] }; run w &\nlogs \"\"\"x\"\"\" é"
        for cursor in 0...(text.utf8.count + 1) { _ = await completion.completion(text, at: cursor) }
    }
}
