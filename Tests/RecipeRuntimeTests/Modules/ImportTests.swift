// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import Testing

struct ImportTests {
    private let recipes = Recipes(files: [
        "lib/net.recipe": """
        import "deep/leaf.recipe" as leaf { n: size }
        param size: Int
        param word: String = "w" where length(word) < 5
        resource lake: DataLakeStorage {}
        resource n: local.Note { text: "${word} ${size}" }
        output id = n.id
        output size = size + leaf.n
        workflow unused { step q: Query { sql: "select 1" } }
        apply
        """,
        "lib/deep/leaf.recipe": "param n: Int\nresource l: local.Note { text: string(n) }\noutput n = n",
        "a.recipe": "import \"b.recipe\" as b", "b.recipe": "import \"./a.recipe\" as a",
        "own.recipe": "use local",
        "broken.recipe": "let x = y\nlet z = "
    ])

    @Test
    func `a module has its own scope, addresses below its name, and outputs`() throws {
        let text = """
            resource first: local.Note { text: "f" }
            import "lib/net.recipe" as net { size: 3, word: first.text }
            resource n: local.Note { text: net.id }
            resource m: local.Note { text: "m", @needs: [net] }
            output x = net.size
            """
        let program = try recipes.program(text)
        #expect(
            program.resources.map(\.address.text) == [
                "first", "net/leaf/l", "net/lake", "net/lake/folder", "net/n", "n", "m"
            ])
        #expect(try program.inputs("net/n")["text"] == "f 3")
        #expect(program.node("net/n")?.dependencies == ["first"])
        #expect(program.node("n")?.dependencies == ["net/n"])
        #expect(program.node("m")?.dependencies == ["net/lake/folder", "net/leaf/l", "net/n"])
        #expect(try program.evaluation.outputs(in: ResourceState())["x"] == 6)
        #expect(program.node("net/n")?.place.file == "lib/net.recipe")
    }

    @Test
    func `a workflow of a module is run through its importers, with the module's own parameters, resources and paths`()
        throws
    {
        let recipes = Recipes(files: [
            "lib/net.recipe": "import \"deep/leaf.recipe\" as leaf { word: word }\nparam word: String",
            "lib/deep/leaf.recipe": """
            param word: String
            resource n: local.Note { text: word }
            workflow greet {
              param times: Int = 2
              step q: Query { sql: "select ${times}", title: "${word} ${n.path}" }
              output said = q.passed
            }
            """
        ])
        let program = try recipes.program("import \"lib/net.recipe\" as net { word: \"hello\" }\nworkflow own {}")
        #expect(program.workflows.map(\.name) == ["own", "net.leaf.greet"])
        let workflow = try #require(program.workflow("net.leaf.greet"))
        #expect(workflow.parameters.map(\.name) == ["times"])
        #expect(workflow.resources == ["net/leaf/n"])
        #expect(workflow.recipeFolder == "/recipes/lib/deep")
        #expect(workflow.place.file == "lib/deep/leaf.recipe")
        #expect(program.workflow("own")?.recipeFolder == "/recipes")
        let parameters = try program.evaluation.parameters(
            of: workflow.name, arguments: ["times": 3], now: Recipes.now)
        let state = WorkflowState(resources: ResourceState(["net/leaf/n": ["path": "here"]]))
        let steps = try program.evaluation.expansion(of: workflow.name, parameters: parameters, in: state).steps
        #expect(steps.first?.inputs["title"] == "hello here")
        #expect(program.evaluation.place(of: "title", in: "q", of: workflow.name)?.file == "lib/deep/leaf.recipe")
    }

    @Test
    func `what is wrong in a workflow of a module is told with the importer's values`() {
        let recipes = Recipes(files: [
            "lib.recipe": "param title: String\nworkflow w { step q: Query { sql: \"select 1\", title: title } }"
        ])
        let text = { (title: String) in "import \"lib.recipe\" as lib { title: \"\(title)\" }" }
        #expect(recipes.codes(text("short")) == [])
        #expect(recipes.codes(text("a title that is much too long")) == ["D9002"])
    }

    @Test
    func `two imports of one file are two modules`() throws {
        let text =
            "import \"lib/net.recipe\" as a { size: 1 }\nimport \"lib/net.recipe\" as b { size: 2 }\noutput x = [a.size, b.size]"
        #expect(try recipes.output(text) == [2, 4])
    }

    @Test
    func `a rule of a module over what is not known yet is held when it is`() throws {
        let text = """
            resource first: local.Note { text: "f" }
            import "lib/net.recipe" as net { size: 3, word: first.id }
            """
        let program = try recipes.program(text)
        #expect(try program.inputs("net/n", ["first": ["id": "abc"]])["text"] == "abc 3")
        #expect(throws: Diagnostics.self) { try program.inputs("net/n", ["first": ["id": "too long"]]) }
    }

    @Test(arguments: [
        ("import \"lib/net.recipe\" as net", ["R0204"]),
        ("import \"lib/net.recipe\" as net { size: \"a\" }", ["R0301"]),
        ("import \"lib/net.recipe\" as net { size: 1, wrd: \"a\" }", ["R0203"]),
        ("import \"lib/net.recipe\" as net { size: 1, word: \"longer\" }", ["R0502"]),
        ("import \"nowhere.recipe\" as n\noutput x = n.y", ["R0107"]), ("import \"a.recipe\" as a", ["R0108"]),
        ("import \"lib/net.recipe\" as net { size: 1 }\noutput x = net.nothing", ["R0307"]),
        ("import \"lib/net.recipe\" as net { size: 1 }\noutput x = net", ["R0106"]),
        ("import \"own.recipe\" as o", ["R0104"]),
        ("for i in [\"a\"] { import \"lib/net.recipe\" as net { size: 1 } }", ["R0104"])
    ])
    func `mistakes in imports`(text: String, codes: [String]) {
        #expect(recipes.codes(text) == codes)
    }

    @Test
    func `errors of all files are told at once, each in its file`() {
        let diagnostics = recipes.diagnostics("import \"broken.recipe\" as b\nlet a = nothing")
        #expect(Set(diagnostics.compactMap { $0.labels.first?.place.file }) == ["broken.recipe", "test.recipe"])
        #expect(diagnostics.count == 3)
    }

    @Test
    func `contracts that a file declares are there for its importers`() throws {
        var recipes = recipes
        recipes.files["contracts.recipe"] = """
            shape Line { param text: String = "?"; param n: Int = 1 where n > 0 }
            capability Page { param lines: List<Line>; output count: Int }
            mapping Page on local service "Notes" version 1 {
              for i in range(length(lines)) { resource line["l${i}"]: local.Note { text: lines[i].text } }
              output id = "page"
              output access = {}
              output count = length(lines)
            }
            """
        let text =
            "import \"contracts.recipe\" as c\nresource p: Page { lines: [{ text: \"a\" }, { n: 2 }] }\noutput x = p.count"
        let program = try recipes.program(text)
        #expect(program.resources.map(\.address.text) == ["p", "p/line[\"l0\"]", "p/line[\"l1\"]"])
        #expect(try program.inputs("p/line[\"l1\"]")["text"] == "?")
        #expect(recipes.codes(text.replacing("n: 2", with: "n: 0")) == ["R0502"])
    }
}
