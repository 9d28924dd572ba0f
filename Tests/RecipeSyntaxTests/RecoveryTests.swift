// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Testing

struct RecoveryTests {
    @Test(arguments: [
        ("resource a: K {\n  x: 1\n  y: 90d\nresource b: K {}\nlet c = =\n", ["1:15 S0208", "5:9 S0202"]),
        (
            "workflow w {\n  for x in xs {\n    step a[x]: K {}\n  step b: K {}\n}\nlet z = =\n",
            ["2:15 S0208", "6:9 S0202"]
        ),
        ("workflow w {\n  step a: K {\n    x: 1\n  step b: K { y: 2 }\n}\nlet z = =\n", ["2:13 S0208", "6:9 S0202"]),
        ("resource a: K {\n  tags: { a: 1, b: 2\n  y: 3\n}\nlet b = =\n", ["1:15 S0208", "5:9 S0202"]),
        ("workflow w {\n  let a = [1, 2}\n  step b: K {}\n}\nlet z = =\n", ["2:11 S0208", "5:9 S0202"]),
        ("run w { a: 1\napply\n", ["1:7 S0208"]),
        ("let a = [1 2 3, 4 5]\nlet b = =\n", ["1:12 S0205", "1:19 S0205", "2:9 S0202"]),
        ("let a\n  = 3\nlet b = =\n", ["1:6 S0201", "3:9 S0202"]),
        ("wrkflow w {\n  step a: K { x: = }\n}\nlet b = =\n", ["1:1 S0306", "4:9 S0202"]),
        ("for x in {\n  resource a[x]: K { y: = }\n}\n", ["1:10 S0202", "2:25 S0202"]),
        ("if a == 1\n{\n  let x = =\n}\nelse\n{\n}\n", ["2:1 S0303", "3:11 S0202", "5:1 S0304", "6:1 S0303"]),
        ("let a = b ? c : d\nlet e = x === y\n", ["1:11 S0123", "2:11 S0123"]),
        ("plan; apply }\nlet b = 1\n", ["1:13 S0206", "2:1 S0311"]),
        ("let a = [x for x in xs, y]\nlet b = { [x]: 1 for x in xs, y: 2 }\n", ["1:25 S0217", "2:31 S0217"]),
        ("let a = 1 let b = = \n", ["1:11 S0204", "1:19 S0202"])
    ])
    func `one cause is one error and what follows is read`(text: String, expected: [String]) {
        #expect(errors(text) == expected)
    }

    @Test func `a statement keeps its name whatever its rest is`() {
        let parsed = read("resource a K {}\nlet b = )\nparam c = 1\nstep d: {}\nworkflow e\noutput f\n")
        let names = parsed.file.statements.compactMap { statement -> String? in
            switch statement {
            case .resource(let node): node.name.text + (node.kind.isMissing && !node.fields.isWhole ? "?" : "")
            case .letBinding(let node): node.name.text + (node.value.isInvalid ? "?" : "")
            case .param(let node): node.name.text + (node.type.name.isMissing ? "?" : "")
            case .step(let node): node.name.text + (node.kind.isMissing ? "?" : "")
            case .workflow(let node): node.name.text
            case .output(let node): node.name.text + (node.value?.isInvalid == true ? "?" : "")
            default: nil
            }
        }
        #expect(names == ["a?", "b?", "c?", "d?", "e", "f?"])
    }

    @Test(arguments: [
        ("resorce a: K {}", "did you mean 'resource'?"),
        ("aply --json", "did you mean 'apply'?"),
        ("plann", "did you mean 'plan'?"),
        ("function f() {}", "did you mean 'def'?"),
        ("let a = b && c", "write 'and' instead"),
        ("let a = 5 m", "a unit touches its number: '5m'"),
        ("top = 3", "write 'let top = …'")
    ])
    func `the way out stands beside the mark`(text: String, label: String) {
        #expect(read(text).diagnostics.map { $0.labels.first?.text } == [label])
    }

    @Test func `openers around the one that is reported are marked, too`() {
        let diagnostics = read("workflow w {\n  step a: K { x: [1\n").diagnostics
        #expect(diagnostics.count == 1)
        #expect(diagnostics.first?.labels.map(\.place.start.column) == [18, 13, 12])
    }
}
