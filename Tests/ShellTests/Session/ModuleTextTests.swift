// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Testing

@testable import Shell

struct ModuleTextTests {
    private let shop = """
        #!/usr/bin/env converge
        # A shop.

        param top: Int = 10  "how many"  # at most

        # the lake
        resource lake: DataLakeStorage {
          versioned: true   # keep it
        }

        # then
        apply
        run x

        """

    @Test func `a declaration comes behind the last one, in front of the commands; all else stays`() {
        let added = ModuleText(shop).adding("let more = 3")
        #expect(added.module.text == shop.replacing("}\n\n# then", with: "}\nlet more = 3\n\n# then"))
        #expect(!added.replaces)
        #expect(added.place == SourcePosition(line: 10, column: 1))
        #expect(added.module.names == ["top", "lake", "more"])
    }

    @Test func `one of a known name takes the place of the other`() {
        let added = ModuleText(shop).adding("param top: Int = 5")
        #expect(added.module.text == shop.replacing("param top: Int = 10  \"how many\"", with: "param top: Int = 5"))
        #expect(added.replaces)
        #expect(added.place == SourcePosition(line: 4, column: 1))
    }

    @Test(
        arguments: [
            ("", "let b = 2\n"), ("# only a comment", "# only a comment\nlet b = 2\n"),
            ("let a = 1", "let a = 1\nlet b = 2\n"), ("let a = 1 # one", "let a = 1 # one\nlet b = 2\n"),
            ("let a = 1; apply\n", "let a = 1\nlet b = 2\n apply\n"), ("apply\n", "let b = 2\napply\n"),
            ("let a = 1;\n", "let a = 1\nlet b = 2\n\n")
        ]
    )
    func `an addition fits whatever is there`(text: String, expected: String) {
        #expect(ModuleText(text).adding("let b = 2").module.text == expected)
    }

    @Test(arguments: ["let a = {", "}}}", "\u{0}", "resource", "let é = \"", "apply; apply; let a = 1"])
    func `any text is taken, and loses nothing`(text: String) {
        let added = ModuleText(text).adding("let b = 2").module.text
        #expect(added.contains("let b = 2"))
        #expect(added.filter { !$0.isWhitespace }.count >= text.filter { !$0.isWhitespace }.count)
        _ = ModuleText(text).removingLast()
    }

    @Test func `the last declaration goes with its line`() {
        #expect(ModuleText("let a = 1\nlet b = 2\napply\n").removingLast()?.text == "let a = 1\napply\n")
        #expect(ModuleText("let a = 1; let b = 2\n").removingLast()?.text == "let a = 1; \n")
        #expect(ModuleText("let a = 1 # one\n").removingLast()?.text == " # one\n")
        #expect(ModuleText("apply\n").removingLast() == nil)
    }
}

struct PromptModuleTests {
    @Test func `undo and redo go back and forth`() {
        let module = PromptModule(home: .file("x"), text: .empty)
        #expect(!module.undo())
        for text in ["let a = 1\n", "let a = 1\nlet b = 2\n"] { module.replace(ModuleText(text)) }
        #expect(module.undo())
        #expect(module.undo())
        #expect(!module.undo())
        #expect(module.text.text == "")
        #expect(module.redo())
        #expect(module.text.text == "let a = 1\n")
        module.replace(ModuleText("let c = 3\n"))
        #expect(!module.redo(), "what was typed anew ends the other way")
    }

    @Test func `undo takes the last declaration of an earlier visit, in the scratch module alone`() {
        let scratch = PromptModule(home: .scratch, text: ModuleText("let a = 1\nlet b = 2\n"))
        #expect(scratch.undo())
        #expect(scratch.text.text == "let a = 1\n")
        #expect(scratch.redo())
        #expect(scratch.text.text == "let a = 1\nlet b = 2\n")
        let file = PromptModule(home: .file("x"), text: ModuleText("let a = 1\n"))
        #expect(!file.undo())
    }
}
