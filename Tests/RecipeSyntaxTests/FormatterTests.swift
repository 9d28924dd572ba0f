// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax
import Testing

struct FormatterTests {
    private func formatted(_ text: String, mode: Recipe.Mode = .file) throws -> String {
        try Recipe.format(SourceText(name: "test", text), mode: mode)
    }

    @Test(arguments: Corpus.valid) func `formatting keeps the tree and is done after one time`(entry: CorpusEntry)
        throws
    {
        let once = try formatted(entry.source, mode: entry.recipeMode)
        #expect(try formatted(once, mode: entry.recipeMode) == once)
        let before = entry.parsed().file
        let after = Recipe.parse(SourceText(name: "after", once), mode: entry.recipeMode).file
        #expect(sketch(before.statements) == sketch(after.statements))
        #expect(
            before.comments.map { before.source.text(of: $0.range) }
                == after.comments.map { after.source.text(of: $0.range) })
        #expect(once.split(separator: "\n").allSatisfy { $0.last != " " && $0.last != "\t" && $0.last != "\r" })
    }

    @Test(arguments: [
        ("resource  a:K{x:1,y :2}", "resource a: K { x: 1, y: 2 }\n"),
        ("let a=b+c*-d", "let a = b + c * -d\n"),
        ("workflow w{step a:X{};step b:Y{}}", "workflow w {\n  step a: X {}\n  step b: Y {}\n}\n"),
        ("let a = [1,2,\n3]", "let a = [\n  1\n  2\n  3\n]\n")
    ])
    func `the grammar's table holds`(before: String, after: String) throws {
        #expect(try formatted(before) == after)
    }

    @Test(arguments: [
        ("", ""),
        ("\n\n# a\n\n\n\nlet a = 1\n\n\n", "# a\n\nlet a = 1\n"),
        ("#!/usr/bin/env converge\n\n\nlet a = 1", "#!/usr/bin/env converge\n\nlet a = 1\n"),
        ("let a = 1; let b = 2;;\n", "let a = 1\nlet b = 2\n"),
        ("let a = [ ]\nlet b = { }\nlet c = f( )\n", "let a = []\nlet b = {}\nlet c = f()\n"),
        ("let a = [1, 2,]\nlet c = f(1,)\n", "let a = [1, 2]\nlet c = f(1)\n"),
        ("let a = x [ 0 ] . y ?. z ( 1 , b : 2 )\n", "let a = x[0].y?.z(1, b: 2)\n"),
        ("let a = { [ k ]: 1,[j]:2 }\n", "let a = { [k]: 1, [j]: 2 }\n"),
        ("param m : Map < Secret<String> > ? = {}\n", "param m: Map<Secret<String>>? = {}\n"),
        ("param xs: List<Int>= []\n", "param xs: List<Int> = []\n"),
        ("let f = x=>not x and-1<2\n", "let f = x => not x and -1 < 2\n"),
        ("if a{let x=1}else{let x=2}\n", "if a { let x = 1 } else { let x = 2 }\n"),
        ("if a {\nlet x=1 } else {let x=2}\n", "if a {\n  let x = 1\n} else {\n  let x = 2\n}\n"),
        ("let a=b\n+c\n*d\n", "let a = b\n  + c\n  * d\n"),
        ("let a = f(\nx\n,\nb:2)\n", "let a = f(\n  x,\n  b: 2)\n"),
        ("let a=f({\nx:1,y:2\n},[1,2])\n", "let a = f({\n  x: 1\n  y: 2\n}, [1, 2])\n"),
        ("def f(a:Int,b:Int)->Int=a\n", "def f(a: Int, b: Int) -> Int = a\n"),
        ("run  w   {a:1}   --wait --set x=1 --y= z &\n", "run w { a: 1 } --wait --set x=1 --y= z &\n"),
        ("sql   select  1 ;  2   # no comment\n", "sql select  1 ;  2   # no comment\n"),
        ("test t {\nplan;apply # now\n}\n", "test t {\n  plan\n  apply # now\n}\n"),
        ("use aws>=1.10 as main{region:\"x\"}\n", "use aws >= 1.10 as main { region: \"x\" }\n"),
        ("let a = [\nx.name\nfor x in xs\nif x.ok\n]\n", "let a = [\n  x.name\n  for x in xs\n  if x.ok\n]\n")
    ])
    func `one way to write each thing`(before: String, after: String) throws {
        #expect(try formatted(before) == after)
    }

    @Test func `aligned statements stay aligned and others get one space`() throws {
        let aligned = "resource lake:      Lake  { a: 1 }\nresource warehouse: House {}\n"
        #expect(try formatted(aligned) == aligned)
        let loose = "resource lake:   Lake { a: 1 }\nresource warehouse:   House {}\n"
        #expect(try formatted(loose) == "resource lake: Lake { a: 1 }\nresource warehouse: House {}\n")
        let docs = "param a: Int         \"one\"\nparam b: String = \"\" \"two\"\n"
        #expect(try formatted(docs) == docs)
        let apart = "let a   = 1\n\nlet abc = 2\n"
        #expect(try formatted(apart) == "let a = 1\n\nlet abc = 2\n")
        let wide = "let a     = 1\nlet abc   = 2\n"
        #expect(try formatted(wide) == "let a   = 1\nlet abc = 2\n")
    }

    @Test func `comments stay where they are`() throws {
        let text = """
            # a
            resource a: K { # b
              # c
              x: 1 # d

              # e
              y: [ # f
                1 # g
                # h
                222 # i
                3   # j
              ] # j
            } # k
            let b = c # one
              # two
              + d
            # m

            """
        #expect(try formatted(text) == text)
        #expect(try formatted("let a = 1      # x\nlet bb = 22    # y\n") == "let a = 1   # x\nlet bb = 22 # y\n")
        #expect(try formatted("let a = 1     # x\nlet bb = 2 # y\n") == "let a = 1 # x\nlet bb = 2 # y\n")
        #expect(
            try formatted("workflow w {\nstep a: K {}\n    # last\n}\n")
                == "workflow w {\n  step a: K {}\n  # last\n}\n")
    }

    @Test func `a line over 100 columns is broken from outside`() throws {
        let entry = "name: \"" + String(repeating: "x", count: 30) + "\""
        let text = "resource a: K { \(entry), rules: [f(1), f(2)], other: { \(entry) } }\n"
        #expect(
            try formatted(text) == """
                resource a: K {
                  \(entry)
                  rules: [f(1), f(2)]
                  other: { \(entry) }
                }

                """)
    }

    @Test func `exactly 100 columns stay on one line`() throws {
        let head = "let a = { b: \""
        let fitting = head + String(repeating: "x", count: 100 - head.count - 3) + "\" }\n"
        #expect(try formatted(fitting) == fitting)
        let wide = head + String(repeating: "x", count: 101 - head.count - 3) + "\" }\n"
        #expect(try formatted(wide).hasPrefix("let a = {\n"))
    }

    @Test func `strings are never touched`() throws {
        let text = "let a = \"\"\"\n    one\n      ${ f( 1,2 ) }  \n    \"\"\"\nlet b = \"${ a+b }\"\n"
        #expect(try formatted(text) == text)
    }

    @Test func `a file with errors is not formatted`() {
        #expect(throws: Diagnostics.self) { try formatted("let a = = 1\n") }
    }
}
