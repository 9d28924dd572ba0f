// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeRuntime
import Testing

struct CompletionTests {
    private let declared = """
        param top: Int = 1
        resource lake: DataLakeStorage {}
        resource n: local.Note { text: "a" }
        let day = 2026-11-01
        let all = { first: { inner: 1 } }
        """

    /// The suggestions at the `|` of a text.
    private func suggestions(_ text: String) -> RecipeSuggestions {
        let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let module = Recipes().check(declared).module
        let completion = RecipeCompletion(vocabulary: SmallVocabulary.vocabulary, module: module)
        return completion.suggestions(parts.joined(), at: parts[0].utf8.count)
    }

    private func texts(_ text: String) -> [String] { suggestions(text).items.map(\.text) }

    @Test(
        arguments: [
            ("res|", ["resource"]), ("workflow w {\n  st|", ["step"]), ("environment e { us|", ["use"]),
            ("resource x: Po|", ["Pond"]), ("resource x: local.N|", ["local.Note"]),
            ("workflow w { step a: Q|", ["Query"]),
            ("param x: Dur|", ["Duration"]), ("resource x: local.Note { te|", ["text"]),
            ("resource x: local.Note { text: \"a\", sh|", ["share"]),
            ("resource x: local.Note {\n  text: \"a\"\n  mo|", ["mode"]),
            ("resource x: DataLakeStorage { @pro|", ["protect"]),
            ("workflow w { step a: Query { @ti|", ["timeout"]), ("resource x: DataLakeStorage { @on: |", ["local"]),
            ("resource x: DataLakeStorage { @service: |", ["\"Folder\""]),
            ("resource x: DataLakeStorage { @service: \"|", ["Folder"]),
            ("resource x: DataLakeStorage { @on: local, @service: \"Fo|", ["Folder"]),
            ("resource x: local.Note { @service: \"|", []), ("resource x: local.Note { @owner: \"|", []),
            ("workflow w { step a: Query { @on_failure: \"s|", ["stop"]),
            ("resource x: DataLakeStorage { grants: { a: { le|", ["level"]), ("resource x: local.Note { mode: |", nil),
            ("let x = lake.ur|", ["url"]), ("let x = all.first.in|", ["inner"]), ("let x = expect.b|", ["between"]),
            ("workflow w {\n step a: Query { sql: \"${lake.ur|", ["url"]),
            ("workflow w {\n step a: Query { sql: \"1\" }\n step b: Query { tables: { x: a.ta|", ["table"]),
            ("let x = 5 # res|", []), ("use lo|", ["local"]), ("use local a|", []), ("resource |", [])
        ] as [(String, [String]?)])
    func `what may stand at the cursor`(text: String, expected: [String]?) {
        if let expected {
            #expect(texts(text) == expected)
        } else {
            #expect(texts(text).prefix(2) == ["\"plain\"", "\"packed\""])
        }
    }

    @Test
    func `fields that must be given come first, those that are given not at all`() throws {
        let items = suggestions("workflow w { step a: Ingest { mode: \"append\", |").items
        #expect(items.map(\.text) == ["from", "into"])
        #expect(items.map(\.isRequired) == [true, true])
        let fields = suggestions("resource x: local.Note { |").items
        #expect(fields.first?.text == "text")
        #expect(fields.first?.suffix == ": ")
        #expect(fields.first?.detail == "String  what is kept")
        #expect(fields.first { $0.text == "size" }?.detail == "Size = 1KiB  how much there is room for")
    }

    @Test func `a field that the executor lacks is not offered`() {
        #expect(texts("workflow w { step a: Transform { |") == ["in", "sql", "mode"])
    }

    @Test
    func `values that fit come first, outputs with their path`() {
        #expect(texts("workflow w { step a: Ingest { into: |").first == "lake")
        let tables = texts("workflow w {\n step a: Ingest { from: \"x\", into: lake }\n step b: Query { tables: { t: |")
        #expect(tables.first == "a.table")
        #expect(texts("resource x: local.Note { text: |").contains("lake.url"))
        let functions = texts("resource x: local.Note { text: |").filter { ["upper", "range", "length"].contains($0) }
        #expect(functions == ["upper", "length", "range"], "those that give a text come first")
    }

    @Test
    func `a kind is completed with its dots, a verb at a statement's start only`() {
        #expect(suggestions("resource x: local.N|").replaces == SourceRange(12, 19))
        let verbs = [RecipeSuggestion("help", suffix: " "), RecipeSuggestion("acme.sync", suffix: " ")]
        let completion = RecipeCompletion(vocabulary: SmallVocabulary.vocabulary, module: nil, verbs: verbs)
        func texts(_ text: String) -> [String] { completion.suggestions(text, at: text.utf8.count).items.map(\.text) }
        #expect(texts("he") == ["help"])
        #expect(texts("let a = 1; he") == ["help"])
        #expect(texts("acme.s") == ["sync"])
        #expect(texts("let x = he").isEmpty)
        #expect(texts("workflow w {\n  he").isEmpty)
        #expect(texts("upp") == ["upper"])
        #expect(!texts("").contains("upper"))
    }

    @Test
    func `triggers are completed with their words, fields and values`() {
        #expect(texts("workflow w {\n  on we|") == ["webhook"])
        #expect(texts("workflow w {\n  on schedule \"0 2 * * *\" { zo|") == ["zone"])
        #expect(texts("workflow w {\n  on schedule \"0 2 * * *\" { missed: \"ru|") == ["run_once"])
        #expect(texts("workflow w {\n  on data la|").contains("lake"))
    }

    @Test
    func `inside of a string the values that its field allows are offered, and paths only where one may stand`() {
        let mode = suggestions("workflow w { step a: Ingest { mode: \"app|")
        #expect(mode.items.map(\.text) == ["append"])
        #expect(mode.items.map(\.suffix) == ["\""])
        #expect(!mode.takesPath)
        #expect(suggestions("workflow w { step a: Ingest { from: [\"da|").takesPath)
        #expect(!suggestions("workflow w { step a: Query { sql: \"sel|").takesPath)
        #expect(suggestions("import \"re|").takesPath)
    }

    @Test
    func `the parameters of a run are completed`() {
        let module = Recipes().check("workflow w { param day: Date\n param top: Int = 1 }").module
        let completion = RecipeCompletion(vocabulary: SmallVocabulary.vocabulary, module: module)
        for text in ["run w { ", "run { "] {
            #expect(completion.suggestions(text, at: text.utf8.count).items.map(\.text) == ["day", "top"])
        }
        let second = "run w { day: 2026-11-01, t"
        #expect(completion.suggestions(second, at: second.utf8.count).items.map(\.text) == ["top"])
    }

    @Test
    func `inside of a string a path is completed from its last part`() {
        let suggestions = suggestions("workflow w { step a: Ingest { from: \"data/or|")
        #expect(suggestions.takesPath)
        #expect(suggestions.openString == "data/or")
        #expect(suggestions.replaces.upper - suggestions.replaces.lower == 2)
    }

    @Test
    func `any half of any text is answered`() {
        let text =
            "workflow w {\n  step a: Query { sql: \"\"\"\n select ${x[\"k\"].y} \n\"\"\", @retry: { on: [\"any\"] } }\n}\n"
        let completion = RecipeCompletion(vocabulary: SmallVocabulary.vocabulary, module: nil)
        for cursor in 0...(text.utf8.count + 1) { _ = completion.suggestions(text, at: cursor) }
        for junk in ["}}}", "\"${\"${\"", "@", "@@: {", ":", "{{{{", ".", "a..b.", "?."] {
            _ = completion.suggestions(junk, at: junk.utf8.count)
        }
    }
}
