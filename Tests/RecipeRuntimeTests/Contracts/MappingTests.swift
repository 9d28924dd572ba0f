// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import RecipeSyntax
import Testing

struct MappingTests {
    @Test
    func `a statement of a plugin's text that cannot be read is told where the text is used`() {
        let broken = VocabularyPlugin(
            name: "broken", provider: ProviderSchema(doc: "a platform"),
            texts: [
                PluginText(
                    path: "Mappings/Lake.recipe",
                    text: """
                        mapping DataLakeStorage on broken service "Note" version 1 {
                          resource first: local.Note { text: "a" }
                          resource second: local.Note { text: format("abc"
                            "b") }
                          output id = first.id
                          output url = "x"
                          output site = "none"
                          output current = 0
                          output access = {}
                        }
                        """)
            ])
        let vocabulary = Vocabulary([SmallVocabulary.standard, SmallVocabulary.local, broken])
        let recipe = Recipe.parse(SourceText(name: "test.recipe", "resource lake: DataLakeStorage { }"))
        let environment = EnvironmentDefinition(
            name: "test", connections: [ConnectionDefinition(alias: "broken", plugin: "broken")])
        let checked = RecipeCheck.check(
            recipe, at: "test.recipe", vocabulary: vocabulary, environment: environment)
        let failure = #expect(throws: Diagnostics.self) {
            try checked.module.program(
                module: "test", recipeFolder: "/recipes", parameters: .none, now: Recipes.now, files: .none)
        }
        let diagnostics = failure?.all ?? []
        let comma = diagnostics.first { $0.code.text == "S0205" }?.labels.first?.place
        #expect(comma?.file == "broken:Mappings/Lake.recipe")
        #expect(comma?.start.line == 4)
    }

    @Test
    func `what may be anything must be given, unless it may be null`() {
        let contracts = """
            shape Part {
              param to: Any
              param beside: Any?
            }
            capability Whole {
              param parts: Map<Part> = {}
              output id: String
            }
            mapping Whole on local service "Parts" version 1 {
              resource part: local.Note { text: string(length(parts)) }
              output id = part.id
              output access = {}
            }

            """
        #expect(Recipes().codes(contracts + "resource whole: Whole { parts: { a: { to: 1 } } }") == [])
        #expect(Recipes().codes(contracts + "resource whole: Whole { parts: { a: {} } }") == ["R0204"])
    }

    @Test
    func `a capability becomes the resources of its mapping, the composite first`() throws {
        let text = """
            resource lake: DataLakeStorage { versioned: true, grants: { a: { count: 2 } } }
            output x = [lake.url, lake.versioned, lake.current]
            """
        let program = try Recipes().program(text)
        #expect(program.resources.map(\.address.text) == ["lake", "lake/folder", "lake/grant[\"a\"]"])
        guard case .composite(let form)? = program.node("lake")?.form else { return #expect(Bool(false)) }
        #expect(form.service == "Folder")
        #expect(form.mappingVersion == 2)
        #expect(form.children == ["lake/folder", "lake/grant[\"a\"]"])
        #expect(form.facets == ["ObjectStore"])
        #expect(try program.inputs("lake/folder")["versioned"] == true)
        #expect(try program.inputs("lake/grant[\"a\"]")["text"] == "a 2")
        let state = ResourceState(["lake/folder": ["id": "1", "url": "file:///x"]])
        #expect(try program.evaluation.outputs(in: state)["x"] == ["file:///x", true, 0])
        #expect(try program.evaluation.outputs(of: "lake", in: state)["access"] == ["read": ["id": "1"]])
        let parameters = try program.evaluation.parameters(of: "lake", in: state)
        #expect(parameters["retention"] == .duration(.seconds(7 * 86_400)))
        #expect(parameters["grants"] == ["a": ["level": "read", "count": 2]])
        #expect(parameters["key"] == .null)
    }

    @Test
    func `reading an output depends on what the mapping makes it of, referring on everything`() throws {
        let text = """
            resource lake: DataLakeStorage { grants: { a: { count: 2 } } }
            resource reads: local.Note { text: lake.url }
            resource refers: local.Note { text: "x", of: lake }
            resource second: DataLakeStorage { backup: lake }
            resource third: local.Note { text: lake.native.folder.url }
            """
        let program = try Recipes().program(text)
        #expect(program.node("reads")?.dependencies == ["lake/folder"])
        #expect(program.node("refers")?.dependencies == ["lake/folder", "lake/grant[\"a\"]"])
        #expect(program.node("second/mark")?.dependencies == ["lake/folder"])
        #expect(program.node("second/folder")?.dependencies == [])
        #expect(program.node("third")?.dependencies == ["lake/folder"])
        let reference = try program.inputs("refers")["of"]?.reference
        #expect(reference == Reference(type: "DataLakeStorage", resource: "lake"))
    }

    @Test
    func `meta fields of a capability hold for its parts`() throws {
        let text = """
            resource first: local.Note { text: "a" }
            resource lake: DataLakeStorage {
              @protect: true, @formerly: pool, @needs: [first]
              @native: { folder: { labels: { a: "b" } } }
            }
            """
        let program = try Recipes().program(text)
        let folder = try #require(program.node("lake/folder"))
        #expect(folder.protection == true)
        #expect(folder.formerly == ["pool/folder"])
        #expect(folder.dependencies == ["first"])
        #expect(try program.inputs("lake/folder")["labels"] == ["a": "b"])
    }

    @Test
    func `the first connection that fulfils it is chosen, or the one that is asked for`() throws {
        let text = """
            resource a: DataLakeStorage {}
            resource b: DataLakeStorage { @on: local }
            resource c: DataLakeStorage { @service: "Cold" }
            resource n: local.Note { text: a.site }
            """
        let program = try Recipes.withCloud.program(text)
        let services = program.resources.compactMap { node -> String? in
            if case .composite(let form) = node.form { "\(form.provider) \(form.service)" } else { nil }
        }
        #expect(services == ["cloud Bucket", "local Folder", "cloud Cold"])
        #expect(try program.inputs("n")["text"] == "https://unnamed")
        #expect(program.providers.map(\.alias) == ["cloud", "local"])
        #expect(program.providers.first?.settings == ["region": "eu", "retries": 3])
    }

    @Test(arguments: [
        ("resource l: DataLakeStorage { public: true }", "R0602"),
        ("resource l: DataLakeStorage { key: \"k\" }", "R0602"),
        ("resource l: DataLakeStorage {}\nworkflow w { output s = l.site }", "R0602"),
        ("resource l: DataLakeStorage { retention: 3d }", "R0502"),
        ("resource l: DataLakeStorage { expire_after: 1h }", "R0502"),
        ("resource l: DataLakeStorage { expire_after: 2d }", ""),
        ("resource d: ServerlessComputing {}\nresource e: ServerlessComputing {}", "R0601"),
        ("resource l: DataLakeStorage { grants: { a: { count: 1, level: \"root\" } } }", "R0502"),
        ("resource l: DataLakeStorage { grants: { a: { level: \"read\" } } }", "R0204"),
        ("resource l: DataLakeStorage { grants: { a: { count: \"1\" } } }", "R0301"),
        ("resource l: DataLakeStorage { @native: { folder: { labls: {} } } }", "R0203"),
        ("resource l: DataLakeStorage { @native: { folder: { labels: 5 } } }", "R0404"),
        ("let g = { a: { count: 1 } }\nresource l: DataLakeStorage { grants: g }", ""),
        ("let g = { a: { cnt: 1 } }\nresource l: DataLakeStorage { grants: g }", "R0301")
    ])
    func `what a contract or its mapping does not allow is refused`(text: String, code: String) {
        #expect(Recipes().codes(text) == (code.isEmpty ? [] : [code]))
    }

    @Test
    func `a lacking feature names who offers it`() throws {
        let diagnostic = try #require(Recipes().diagnostics("resource l: DataLakeStorage { public: true }").first)
        #expect(diagnostic.notes.contains("there is no internet"))
        #expect(diagnostic.help.contains { $0.contains("cloud by Bucket") })
        #expect(diagnostic.labels.first?.place.start.column == 31)
    }

    @Test(arguments: [
        ("null", []), ("[]", []), ("[\"a\", \"b\"]", []), ("[\"a\", \"c\"]", ["R0207"]), ("\"a\"", ["R0301"])
    ])
    func `what is allowed of a list are its items, and null where the type has it`(zones: String, codes: [String]) {
        #expect(Recipes.withCloud.codes("resource b: cloud.Bucket { name: \"x\", zones: \(zones) }") == codes)
        let later = """
            resource n: local.Note { text: "a" }
            resource b: cloud.Bucket { name: "x", zones: if n.text == "b" then [] else \(zones) }
            """
        #expect(Recipes.withCloud.codes(later) == codes)
    }

    @Test
    func `a rule over what is not known yet is held when it is`() throws {
        let text = """
            resource n: local.Note { text: "a" }
            capability Box { param size: Int where size < 5; output s: Int }
            mapping Box on local service "B" version 1 {
              resource inner: local.Note { text: "size ${size}" }
              output id = inner.id
              output access = {}
              output s = size
            }
            resource box: Box { size: n.counts["a"] }
            """
        let program = try Recipes().program(text)
        #expect(try program.inputs("box/inner", ["n": ["counts": ["a": 3]]])["text"] == "size 3")
        do {
            _ = try program.inputs("box/inner", ["n": ["counts": ["a": 9]]])
            Issue.record("the rule was not held")
        } catch {
            #expect(error.all.map(\.code.text) == ["R0502"])
        }
    }

    @Test
    func `fields of a part that is itself a capability can be given from outside`() throws {
        let text = """
            capability House { output address: String }
            mapping House on local service "Brick" version 1 {
              resource cellar: DataLakeStorage {}
              output id = cellar.id
              output access = {}
              output address = cellar.url
            }
            resource house: House { @native: { cellar: { versioned: true, retention: 8d } } }
            """
        let program = try Recipes().program(text)
        #expect(program.resources.map(\.address.text) == ["house", "house/cellar", "house/cellar/folder"])
        #expect(try program.inputs("house/cellar/folder")["versioned"] == true)
        #expect(Recipes().codes(text.replacing("8d", with: "1d")) == ["R0502"])
        #expect(Recipes().codes(text.replacing("8d", with: "8")) == ["R0404"])
    }

    @Test
    func `a recipe's own mapping counts before those of plugins`() throws {
        let text = """
            mapping DataLakeStorage on local service "Own" version 9 {
              resource own: local.Note { text: "own ${name ?? "?"}" }
              lacks website "no"
              output id = own.id
              output url = own.path
              output current = 0
              output access = {}
            }
            resource lake: DataLakeStorage { name: "x" }
            """
        let program = try Recipes().program(text)
        #expect(program.resources.map(\.address.text) == ["lake", "lake/own"])
        #expect(try program.inputs("lake/own")["text"] == "own x")
    }

    @Test
    func `errors of a mapping are told where it stands`() {
        let text = """
            mapping DataLakeStorage on local service "Own" version 9 {
              resource own: local.Note { txt: "own" }
              output id = own.id
              output url = 5
              output current = nothing
              output access = {}
            }
            """
        let diagnostics = Recipes().diagnostics(text)
        #expect(diagnostics.map(\.code.text) == ["R0605", "R0203", "R0301", "R0101"])
        #expect(diagnostics.map { $0.labels.first?.place.start.line } == [1, 2, 4, 5])
    }
}
