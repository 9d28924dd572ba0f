// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeRuntime
import RecipeSyntax
import Testing

/// Objects inside of fields, of which a kind says what they hold.
struct RecordTests {
    private static let vocabulary: Vocabulary = {
        var kind = ResourceKindSchema(
            name: "shelf.Task", doc: "a task", example: "",
            fields: [
                .optional("containers", .list(.object), default: [], "what runs"),
                .optional("network", .optional(.object), default: .null, "how it is connected")
            ], outputs: [])
        kind.fields[0].inside = .list(.named("Container"))
        kind.fields[1].inside = .named("Network")
        kind.records = [
            RecordSchema(
                name: "Container",
                members: [
                    RecordMember("name", .string, isRequired: true), RecordMember("ports", .list(.named("Port"))),
                    RecordMember("options", .map(.string)), RecordMember("inner", .list(.named("Container")))
                ]),
            RecordSchema(name: "Port", members: [RecordMember("number", .int), RecordMember("protocol", .string)]),
            RecordSchema(name: "Network", members: [RecordMember("mode", .string)])
        ]
        return Vocabulary([
            VocabularyPlugin(
                name: "shelf", provider: ProviderSchema(doc: "a shelf"), resourceKinds: VocabularyKinds([kind]))
        ])
    }()

    private func check(_ fields: String) -> [Diagnostic] {
        let text = "use shelf\nparam some: Object = {}\nresource task: shelf.Task { \(fields) }\n"
        return RecipeCheck.check(
            Recipe.parse(SourceText(name: "test.recipe", text)), at: "test.recipe", vocabulary: Self.vocabulary
        ).diagnostics
    }

    @Test
    func `what fits, and what only a run knows, is left alone`() {
        let fine = [
            #"containers: [{ name: "a", ports: [{ number: 1 }], options: { x: "y" }, inner: [{ name: "b" }] }]"#,
            "containers: []", "network: null", "containers: [some]", "network: some",
            #"containers: [{ name: n } for n in ["a", "b"]]"#, #"network: if true then { mode: "host" } else null"#,
            #"network: { ["mo${1}"]: 1 }"#, #"containers: [{ ["name"]: "a" }]"#,
            #"containers: [merge(some, { naem: "a" })]"#
        ]
        for fields in fine { #expect(check(fields) == [], "\(fields)") }
    }

    @Test(arguments: [
        (#"containers: [{ naem: "a" }]"#, "R0203", "shelf.Task.Container has no field 'naem'"),
        (#"containers: [{ name: "a", inner: [{ name: "b", port: [] }] }]"#, "R0203", "'port'"),
        ("containers: [{ ports: [] }]", "R0204", "shelf.Task.Container needs 'name'"),
        (#"containers: [{ name: "a", ports: { number: 1 } }]"#, "R0301", "'ports' of Container needs a list"),
        (#"containers: [{ name: "a", ports: [3] }]"#, "R0301", "an item of 'ports' of Container needs an object"),
        (#"containers: [{ name: "a", options: "x" }]"#, "R0301", "'options' of Container needs an object"),
        (#"containers: [{ name: ["a"] }]"#, "R0301", "'name' of Container needs text, and this is a list"),
        (#"network: if true then { mod: 1 } else null"#, "R0203", "'mod'"),
        (#"containers: [{ nme: n } for n in ["a"]]"#, "R0203", "'nme'")
    ])
    func `what an object inside of a field cannot hold is told where it stands`(
        _ fields: String, _ code: String, _ message: String
    ) {
        let found = check(fields)
        #expect(found.map(\.code.text) == [code], "\(found)")
        #expect(found.first?.message.contains(message) == true, "\(found)")
    }

    @Test(arguments: [
        ("containers: [{ ", ["name", "inner", "options", "ports"]),
        (#"containers: [{ name: "a", ports: [{ "#, ["number", "protocol"]),
        (#"containers: [{ name: "a", ports: [{ number: 1, "#, ["protocol"]), ("network: { mo", ["mode"])
    ])
    func `what an object inside of a field may hold is offered`(_ typed: String, _ offered: [String]) {
        let text = "resource task: shelf.Task { " + typed
        let completion = RecipeCompletion(vocabulary: Self.vocabulary, module: nil)
        let items = completion.suggestions(text, at: text.utf8.count).items.map(\.text)
        #expect(items.prefix(1) == offered.prefix(1) && Set(items) == Set(offered), "\(items)")
    }

    @Test
    func `a record is explained by its kind's name and its own`() throws {
        guard case .record(let record, "shelf.Task")? = Self.vocabulary.explain("shelf.Task.Port") else {
            Issue.record("it is not known")
            return
        }
        #expect(record.members.map(\.name) == ["number", "protocol"])
    }
}
