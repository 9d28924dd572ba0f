// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import Testing

struct TemplateTests {
    private func input(_ field: String, _ expression: String, before: String = "") throws -> Value? {
        let text = """
            \(before)
            workflow w { step q: Query { sql: "select 1", \(field): \(expression) } }
            """
        return try Recipes().program(text).steps("w").step("q")?.inputs[field]
    }

    @Test
    func `a value in SQL stays a value, whatever it contains`() throws {
        let text = """
            param name: String = "O'Hara; drop table x"
            workflow w { step q: Query { sql: "select ${name}, ${[1, 2]} limit ${5}" } }
            """
        let sql = try #require(try Recipes().program(text).steps("w").step("q")?.inputs["sql"])
        let statement = try SQLDialect.sqlite.render(sql)
        #expect(statement.text == "select ?, ?, ? limit ?")
        #expect(statement.parameters == ["O'Hara; drop table x", 1, 2, 5])
    }

    @Test
    func `text put together elsewhere is bound, SQL is spliced`() throws {
        let text = """
            let word = "a ${1} b"
            def only(day: Date) -> Sql = "where day = ${day}"
            param extra: Sql = "order by 1"
            workflow w { step q: Query { sql: "select ${word} from t ${only(2026-11-01)} ${extra}" } }
            """
        let sql = try #require(try Recipes().program(text).steps("w").step("q")?.inputs["sql"])
        let statement = try SQLDialect.sqlite.render(sql)
        #expect(statement.text == "select ? from t where day = ? order by 1")
        #expect(statement.parameters.first == "a 1 b")
    }

    @Test
    func `a hole in a shell line is one word`() throws {
        let run = try #require(try input("run", "\"echo ${word}\"", before: "let word = \"it's; rm -rf /\""))
        #expect(try ShellText.render(run) == "echo 'it'\\''s; rm -rf /'")
    }

    @Test(
        arguments: [
            ("word${v}", nil), ("echo 'a ${v}'", nil), (#"echo \"a ${v} b\""#, nil), ("echo $(basename ${v})", nil),
            (#"echo \"$(basename \"${v}\")\""#, nil), (#"echo \"it's\" ${v}"#, nil), ("echo a#b ${v}", nil),
            ("echo $# ${v}", nil), ("echo $((1 + 2)) ${v}", nil), (#"echo $HOME\${x:-1} ${v}"#, nil),
            (#"# it's\necho ${v}"#, nil), (#"cat <<E\nit's\nE\necho ${v}"#, nil), ("echo '#' ${v}", nil),
            (#"cat <<-'E'\n\tx $(\n\tE\necho ${v}"#, nil), ("echo `date` ${v}", nil), (#"echo \\$ ${v}"#, nil),
            ("echo $(case a in a) echo b;; esac) ${v}", "behind case in $( )"), ("echo a # ${v}", "in a comment"),
            (#"cat <<E\n${v}\nE"#, "in a here-document"), ("cat <<${v}", "where the end of a here-document is named"),
            ("cat <<E${v}", "where the end of a here-document is named"), ("echo `echo ${v}`", "in backticks"),
            ("echo $((${v} + 1))", "in $(( ))"), (#"echo \\${v}"#, "behind a backslash"),
            (#"echo \"a\\${v}\""#, "behind a backslash"), ("echo $${v}", "behind a $"),
            (#"echo \${x:-${v}}"#, "in ${ } of the shell"), ("echo $'${v}'", "behind $'"),
            ("cat <<<${v}", "behind <<<"), (#"((x<<2))\n${v}"#, "behind (("),
            (#"echo \"$(echo `echo ${v}`)\""#, "in backticks"), ("true;# ${v}", "in a comment"),
            (#"echo $(cat <<E\n)\nE\n) ${v}"#, "behind a here-document in $( )")
        ] as [(String, String?)])
    func `a value in a shell line stands where it stays one, or is refused`(line: String, place: String?) {
        let found = Recipes().diagnostics(
            "param v: String = \"x\"\nworkflow w { step q: Query { sql: \"select 1\", run: \"\(line)\" } }")
        #expect(found.map(\.code.text) == (place == nil ? [] : ["R0316"]))
        #expect(place == nil || found.first?.message.contains(" \(place ?? "") of a shell line") == true)
    }

    @Test(
        arguments: [
            ("select '${v}'", "in quotes"), (#"select \"${v}\""#, "in quotes"), ("select 1 -- ${v}", "in a comment"),
            ("select /* ${v} */ 1", "in a comment"), ("select '-- ' || ${v}", nil), ("select 'it''s' || ${v}", nil),
            (#"select 1 -- it's\n + ${v}"#, nil), ("select 2 - ${v}", nil), ("select '/*' || ${v} || '*/'", nil)
        ] as [(String, String?)])
    func `a value in SQL stands outside of quotes and comments`(statement: String, place: String?) {
        let found = Recipes().diagnostics(
            "param v: String = \"x\"\nworkflow w { step q: Query { sql: \"\(statement)\" } }")
        #expect(found.map(\.code.text) == (place == nil ? [] : ["R0316"]))
        #expect(place == nil || found.first?.message.contains(place ?? "") == true)
    }

    @Test
    func `a quote with a mark on it is a quote`() throws {
        #expect(ShellText.quoted("a'\u{301}; b").unicodeScalars.elementsEqual("'a'\\''\u{301}; b'".unicodeScalars))
        #expect(
            SQLDialect.sqlite.identifier("a\"\u{301}b").unicodeScalars.elementsEqual("\"a\"\"\u{301}b\"".unicodeScalars)
        )
    }

    @Test
    func `a line in a line is one word, with its own values kept apart`() throws {
        let before = """
            param word: String = "x; y"
            def say(it: String) -> Shell = "echo ${it}"
            """
        let run = try #require(try input("run", "\"sh -c ${say(word)}\"", before: before))
        #expect(try ShellText.render(run) == #"sh -c 'echo '\''x; y'\'''"#)
    }

    @Test
    func `a hole in HTML is escaped at once, HTML is not`() throws {
        let before = "let name = \"<b>&\"\ndef bold(t: String) -> Html = \"<b>${t}</b>\""
        #expect(
            try input("page", "\"<p>${name} ${bold(name)}</p>\"", before: before)
                == "<p>&lt;b&gt;&amp; <b>&lt;b&gt;&amp;</b></p>")
    }

    @Test
    func `an address takes what it is given whole, and encodes parts`() throws {
        let before = "let host = \"https://a.b\"\nlet part = \"x/y z\""
        let address = try #require(try input("address", "\"${host}/${part}\"", before: before))
        #expect(try URLText.render(address) == "https://a.b/x%2Fy%20z")
        #expect(try input("address", "host", before: before) == "https://a.b")
    }

    @Test(arguments: [
        ("sql", "\"a ${secret(\"S\")}\"", "R0312"), ("run", "\"a ${secret(\"S\")}\"", "R0312"),
        ("title", "secret(\"S\")", "R0312"),
        ("title", "\"a ${secret(\"S\")}\"", "R0312"), ("title", "\"a ${[1]}\"", "R0311"),
        ("title", "\"a ${null ?? maybe}\"", "R0302"),
        ("sql", "word", "R0310"), ("run", "word", "R0310"), ("page", "word", "R0310"),
        ("sql", "\"${{ a: 1 }}\"", "R0311")
    ])
    func `what has no place in a text is refused`(field: String, expression: String, code: String) {
        let others = field == "sql" ? "" : "sql: \"select 1\", "
        let text = """
            param maybe: String?
            param word: String = "w"
            workflow w { step q: Query { \(others)\(field): \(expression) } }
            """
        #expect(Recipes().codes(text) == [code])
    }

    @Test
    func `secrets pass to where secrets are wanted, as references`() throws {
        let text = """
            param password: Secret<String> = secret("PASSWORD")
            resource n: local.Note { text: "a", token: password, of: { url: "db://u:${password}@h" } }
            """
        let inputs = try Recipes().program(text).inputs("n")
        #expect(inputs["token"]?.secret?.name == "PASSWORD")
        #expect(inputs["of"]?.containsSecret == true)
        #expect(inputs["of"]?.object?["url"]?.template != nil)
    }
}
