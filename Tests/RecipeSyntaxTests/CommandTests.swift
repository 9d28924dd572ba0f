// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Testing

struct CommandTests {
    private func command(_ text: String, _ mode: Recipe.Mode = .file) throws -> CommandStatement {
        let parsed = read(text, mode)
        guard parsed.isValid, parsed.file.statements.count == 1,
            case .command(let command)? = parsed.file.statements.first
        else { throw Diagnostics(parsed.diagnostics) }
        return command
    }

    /// The arguments in short: words as they are, the rest by its kind.
    private func arguments(_ text: String) throws -> [String] {
        func shown(_ value: CommandValue) -> String {
            switch value {
            case .word(let word): word.text
            case .string(let string): "\"\(string.plainText ?? "…")\""
            case .object(let object): "{\(object.entries.count)}"
            }
        }
        return try command(text).arguments.map { argument in
            switch argument {
            case .word(let word): word.text
            case .flag(let name, let value): "--\(name.text)" + (value.map { "=" + shown($0) } ?? "")
            case .pair(let name, let value): name.text + "=>" + shown(value)
            case .string(let string): shown(.string(string))
            case .object(let object): shown(.object(object))
            case .template(let string): "template \(string.parts.count)"
            }
        }
    }

    @Test(arguments: [
        ("show lake runs/3 a/b.recipe", ["lake", "runs/3", "a/b.recipe"]),
        ("drift --json --env=prod --set n=1", ["--json", "--env=prod", "--set", "n=>1"]),
        ("load \"a b.recipe\" r\"c\\d\"", ["\"a b.recipe\"", "\"c\\d\""]),
        ("run w { date: 2026-11-01 } --wait", ["w", "{1}", "--wait"]),
        ("run w {\n  a: 1\n  b: 2\n} --wait", ["w", "{2}", "--wait"]),
        ("open a&b", ["a&b"]),
        ("show lake[\"a b\"].url", ["lake[\"a b\"].url"]),
        ("load a#b # comment", ["a#b"]),
        ("plan --set name=\"x y\"", ["--set", "name=>\"x y\""]),
        ("plan --set={ a: 1 }", ["--set={1}"]),
        ("forget customer=\"A B\" x = 42", ["customer=>\"A B\"", "x", "=", "42"]),
        ("plan --set names=[\"a\", \"b\"]", ["--set", "names=>[\"a\", \"b\"]"]),
        ("sql select * from runs where a = 'x' # text; ${x + 1}", ["template 2"]),
        ("sql \"select 1\" # note", ["\"select 1\""]),
        ("sql \"column\" = 1", ["template 1"]),
        ("logs -- -x --y -5", ["--", "-x", "--y", "-5"]),
        ("plan --on-failure=stop --x=", ["--on-failure=stop", "--x="]),
        ("aws.whoami --json", ["--json"]),
        ("? lake", ["lake"])
    ])
    func `a command's line is cut into arguments`(text: String, expected: [String]) throws {
        #expect(try arguments(text) == expected)
    }

    @Test func `the verb and the background are told`() throws {
        #expect(try command("run w &").isBackground)
        #expect(try !command("open a&b").isBackground)
        #expect(try command("acme.data.sync now").verb.parts == ["acme", "data", "sync"])
        #expect(try command("environment prod").verb.text == "environment")
    }

    @Test func `at the prompt a dotted name alone is a value unless a plugin has the verb`() {
        let text = SourceText(name: "prompt", "aws.whoami")
        let value = Recipe.parse(text, mode: .prompt)
        let verb = Recipe.parse(text, mode: .prompt, pluginVerbs: ["aws.whoami"])
        #expect(value.file.statements.map(\.isDeclaration) == [false])
        if case .command? = value.file.statements.first { Issue.record("a command") }
        if case .expression? = verb.file.statements.first { Issue.record("an expression") }
    }

    @Test(arguments: [
        "lake.url + 1", "lake.url == x", "lake.url and x", "lake.x(1)", "lake.x[0]", "lake.x ?? 1", "lake.x - 1",
        "a.b .c"
    ])
    func `dotted words before an operator are an expression`(text: String) {
        #expect(errors(text) == ["1:1 S0308"])
        #expect(errors(text, .prompt) == [])
    }
}
