// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Testing

struct PromptTests {
    @Test(arguments: [
        ("workflow w {\n", ["{ 11"]),
        ("let a = [1,\n", ["[ 8"]),
        ("resource a: K { x: f(1, [", ["{ 14", "( 20", "[ 24"]),
        ("resource a: K { x 1\n", ["{ 14"]),
        ("let a = \"\"\"\n  select ${ f(", ["\"\"\" 8", "${ 21", "( 25"]),
        ("let a =\n", ["operand 6"]),
        ("a +", ["operand 2"]),
        ("f(x =>", ["( 1"]),
        ("param a: Int where", ["operand 13"]),
        ("run w {\n  a: 1", ["{ 6"]),
        ("sql \"\"\"\n  select", ["\"\"\" 4"])
    ])
    func `an unfinished text says what is open since where`(text: String, expected: [String]) {
        let completeness = read(text, .prompt).completeness
        #expect(completeness.openings.map { "\($0.kind.rawValue) \($0.range.lower)" } == expected)
        #expect(!completeness.isComplete)
    }

    @Test(arguments: [
        "", "plan", "let a = 1", "1 + 2", "let a = \"x", "if a {}", "apply -", "workflow w {}", "let a = ]",
        "sql select {",
        "show a[", "param m: List<Int>", "let", "plan &"
    ])
    func `a finished text is complete, right or wrong`(text: String) {
        #expect(read(text, .prompt).completeness.isComplete)
    }

    @Test func `a statement ends with its line outside of brackets`() {
        #expect(read("a\n+ b\n", .prompt).diagnostics.count == 1)
        #expect(read("(a\n+ b)\n", .prompt).isValid)
        #expect(read("a +\nb\n", .prompt).file.statements.count == 1)
        #expect(read("plan\nlet a = 1\na\n= plan\n", .prompt).file.statements.count == 4)
    }

    @Test func `an expression says whether it was marked`() {
        let marked = read("= plan", .prompt).file.statements
        guard case .expression(let statement)? = marked.first else {
            Issue.record("no expression")
            return
        }
        #expect(statement.isMarked)
    }
}
