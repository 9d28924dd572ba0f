// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import RecipeSyntax
import Testing

struct EnvironmentTests {
    private func environments(_ text: String) -> (environments: [EnvironmentDefinition], diagnostics: [Diagnostic]) {
        EnvironmentReader.environments(
            in: Recipe.parse(SourceText(name: "converge.project", text)), at: "converge.project",
            vocabulary: SmallVocabulary.vocabulary)
    }

    @Test
    func `a project's file gives connections with settings, and values`() throws {
        let text = """
            environment dev { use local }
            environment prod {
              use cloud >= 1.2 as main { region: "eu" }
              use local
              set top = 5 * 2
              set names = ["a", upper("b")]
            }
            """
        let (all, diagnostics) = environments(text)
        #expect(diagnostics.isEmpty)
        let prod = try #require(all.last)
        #expect(prod.connections.map(\.alias) == ["main", "local"])
        #expect(prod.connections.first?.settings == ["region": "eu", "retries": 3])
        #expect(prod.values["top"]?.value == 10)
        #expect(prod.values["names"]?.value == ["a", "B"])
        let program = try Recipes(environment: prod).program("param top: Int = 1\nresource l: DataLakeStorage {}")
        #expect(program.parameters == ["top": 10])
        #expect(program.environment == "prod")
        #expect(program.resources.map(\.address.text) == ["l", "l/bucket"])
    }

    @Test func `a setting that is none is told with what explains the settings`() {
        #expect(
            environments("environment a { use cloud { regio: \"eu\" } }").diagnostics.first?.help == ["explain cloud"])
        let use = "param place: String = \"eu\"\nuse cloud { regio: place }"
        #expect(Recipes().check(use).diagnostics.first?.help == ["explain cloud"])
    }

    @Test func `settings that break a rule of the plugin are told at their place, in a file and from a parameter`() {
        let told = environments("environment a { use cloud { region: \"eu\", retries: 99 } }").diagnostics
        #expect(told.map(\.code.text) == ["V0999"])
        #expect(told.first?.message == "a call is repeated up to 9 times, not 99 times")
        #expect(told.first.map(marked) == "99")
        let use = "param often: Int = 4\nuse cloud { region: \"eu\", retries: often }\nresource l: DataLakeStorage {}\n"
        #expect(Recipes().check(use).diagnostics.isEmpty)
        #expect(throws: Never.self) { try Recipes().program(use) }
        let refused = #expect(throws: Diagnostics.self) {
            try Recipes().program(use.replacing("Int = 4", with: "Int = 40"))
        }
        #expect(refused?.all.map(\.code.text) == ["V0999"])
        #expect(refused?.all.first.map(marked) == "often")
    }

    /// The text at the first label.
    private func marked(_ diagnostic: Diagnostic) -> String? {
        diagnostic.labels.first.map { label in
            let (start, end) = (label.place.start.column, label.place.end.column)
            return String(label.place.excerpt.dropFirst(start - 1).prefix(end - start))
        }
    }

    @Test(arguments: [
        ("environment a { use nothing }", ["R0202"]), ("environment a { use standard }", ["R0202"]),
        ("environment a { use cloud }", ["R0204"]), ("environment a { use cloud { region: 5 } }", ["R0301"]),
        ("environment a { use cloud >= 2.0 { region: \"x\" } }", ["R0609"]),
        ("environment a { use local; use local }", ["R0102"]),
        ("environment a { use local }\nenvironment a { use local }", ["R0102"]), ("let x = 1", ["R0104"]),
        ("environment a { set x = nothing }", ["R0101"]),
        (
            "environment a { import \"p.recipe\" as p; import \"q.recipe\" as p }", ["R0102"]
        )
    ])
    func `mistakes in a project's file`(text: String, codes: [String]) {
        #expect(environments(text).diagnostics.map(\.code.text) == codes)
    }

    @Test
    func `a recipe's own use line takes the environment's place`() throws {
        let text = "use cloud as c { region: \"us\" }\nresource l: DataLakeStorage {}"
        let program = try Recipes().program(text)
        #expect(
            program.providers == [ProviderUse(alias: "c", plugin: "cloud", settings: ["region": "us", "retries": 3])])
        #expect(program.resources.map(\.address.text) == ["l", "l/bucket"])
    }

    @Test
    func `a missing plugin is one error, and its kinds are anything`() {
        let text =
            "use aws\nresource b: aws.s3.Bucket { name: 1, @on: aws }\nresource c: aws.s3.Bucket {}\noutput x = b.arn.y + 1"
        #expect(Recipes().codes(text) == ["R0202"])
    }
}

struct ParameterTests {
    private let text = """
        param top: Int = 10 where top >= 1 and top <= limit
        param limit: Int = 100
        param name: String = "n"
        param wait: Duration?
        param token: Secret<String>?
        param tags: Map<String> = {}
        output x = [top, name]
        """

    @Test
    func `the environment counts less than a variable, and that less than a setting`() throws {
        let place = SourcePlace(
            file: "p", start: SourcePosition(line: 1, column: 1), end: SourcePosition(line: 1, column: 2), excerpt: "")
        var recipes = Recipes()
        recipes.environment.values = [
            "top": EnvironmentValue(value: 1, place: place), "name": EnvironmentValue(value: "env", place: place),
            "other": EnvironmentValue(value: 1, place: place)
        ]
        #expect(try recipes.output(text) == [1, "env"])
        recipes.parameters.variables = ["top": "2", "elsewhere": "x"]
        #expect(try recipes.output(text) == [2, "env"])
        recipes.parameters.settings = ["top": "3", "name": "[not a list"]
        #expect(try recipes.output(text) == [3, "[not a list"])
        recipes.parameters.values = ["top": 4]
        #expect(try recipes.output(text) == [4, "[not a list"])
    }

    @Test
    func `texts are read as literals of the parameter's type`() throws {
        var recipes = Recipes()
        recipes.parameters.settings = ["wait": "5m", "tags": "{ a: \"b\" }"]
        recipes.parameters.variables = ["token": "hush"]
        let program = try recipes.program(text)
        #expect(program.parameters["wait"] == .duration(.seconds(300)))
        #expect(program.parameters["tags"] == ["a": "b"])
        #expect(program.parameters["token"] == .secret(SecretReference(source: "env", name: "CONVERGE_PARAM_token")))
    }

    @Test(arguments: [
        (["top": "0"], ["R0502"]), (["top": "7", "limit": "5"], ["R0502"]), (["top": "5 min"], ["R0504"]),
        (["wait": "5"], ["R0504"]),
        (["tags": "{ a: 1 }"], ["R0504"]), (["tp": "5"], ["R0503"]), (["top": ""], ["R0504"]),
        (["top": "1; let x = 2"], ["R0504"])
    ])
    func `wrong values`(settings: [String: String], codes: [String]) {
        #expect(Recipes(parameters: ParameterValues(settings: settings)).codes(text) == codes)
    }

    @Test
    func `what is missing can be asked for, and does not hide other errors`() {
        let (module, _) = Recipes().check(
            "param region: String \"where\"\nparam n: Int = 0 where n > 0\noutput x = region")
        #expect(module.missingParameters(.none).map(\.name) == ["region"])
        #expect(
            Recipes().codes("param region: String\nparam n: Int = 0 where n > 0\noutput x = region") == [
                "R0501", "R0502"
            ])
    }
}
