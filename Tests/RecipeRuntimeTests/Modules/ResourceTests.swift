// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import Testing

struct ResourceTests {
    @Test
    func `a resource has every field of its kind, defaults filled in`() throws {
        let program = try Recipes().program("resource n: local.Note { text: \"hi\", share: 1, size: 2KiB }")
        let inputs = try program.inputs("n")
        #expect(inputs.keys == ["text", "size", "tags", "mode", "owner", "lines", "share", "token", "of"])
        #expect(inputs["share"] == .float(1))
        #expect(inputs["size"] == .size(2048))
        let node = try #require(program.node("n"))
        #expect(node.place.start == SourcePosition(line: 1, column: 1))
        #expect(node.fieldPlaces["text"]?.start.column == 32)
        guard case .native(let kind, "local") = node.form else { return #expect(Bool(false)) }
        #expect(kind.name == "local.Note")
    }

    @Test
    func `outputs are unknown until a state holds them, declared fields are known`() throws {
        let text = """
            resource a: local.Note { text: "a" }
            resource b: local.Note { text: "${a.text} ${a.id}", owner: a.path, lines: [a.counts["x"] ?? 0] }
            output x = [a.text, b.id]
            """
        let program = try Recipes().program(text)
        #expect(program.node("b")?.dependencies == ["a"])
        #expect(try program.inputs("b")["text"]?.isUnknown == true)
        let state: [Address: ObjectValue] = ["a": ["text": "a", "id": "7", "path": "/p", "counts": ["x": 3]]]
        let inputs = try program.inputs("b", state)
        #expect(inputs["text"] == "a 7")
        #expect(inputs["owner"] == "/p")
        #expect(inputs["lines"] == [3])
        #expect(try program.evaluation.outputs(in: ResourceState(state))["x"]?.list?.first == "a")
    }

    @Test
    func `an unknown condition reads both of its sides`() throws {
        let text = """
            resource a: local.Note { text: "a" }
            resource b: local.Note { text: "b" }
            resource c: local.Note { text: "c" }
            resource d: local.Note { text: if a.id == "1" then b.id else c.id }
            """
        let program = try Recipes().program(text)
        #expect(program.node("d")?.dependencies == ["a", "b", "c"])
    }

    @Test
    func `loops make resources with keys, which others read by key or all together`() throws {
        let text = """
            for r in ["eu", "us"] { resource b[r]: local.Note { text: "in ${r}" } }
            resource one: local.Note { text: b["eu"].id }
            resource all: local.Note { text: join([x.id for x in values(b)], ",") }
            for k in keys(b) { resource c[k]: local.Note { text: b[k].text } }
            output x = [keys(c), c["us"].text]
            """
        let program = try Recipes().program(text)
        #expect(
            program.resources.map(\.address.text) == ["b[\"eu\"]", "b[\"us\"]", "one", "all", "c[\"eu\"]", "c[\"us\"]"])
        #expect(program.node("one")?.dependencies == ["b[\"eu\"]"])
        #expect(program.node("all")?.dependencies == ["b[\"eu\"]", "b[\"us\"]"])
        #expect(try program.evaluation.outputs(in: ResourceState())["x"] == [["eu", "us"], "in us"])
    }

    @Test
    func `a loop over known keys may carry values that are not known yet`() throws {
        let text = """
            resource a: local.Note { text: "a" }
            resource z: local.Note { text: "z" }
            for x in [{ key: "p", id: a.id }, { key: "q", id: z.id }] { resource b[x.key]: local.Note { text: x.id } }
            """
        let program = try Recipes().program(text)
        #expect(program.node("b[\"p\"]")?.dependencies == ["a"])
        #expect(try program.inputs("b[\"q\"]", ["z": ["id": "9"]])["text"] == "9")
    }

    @Test
    func `what stands in an if may be absent outside, and is certain inside`() throws {
        let text = """
            param cdn: Bool = false
            if cdn {
              resource edge: local.Note { text: "edge" }
              resource log: local.Note { text: edge.text }
            } else {
              resource plain: local.Note { text: "plain" }
            }
            output x = [edge?.text ?? "none", plain?.text ?? "none"]
            """
        #expect(try Recipes().output(text) == ["none", "plain"])
        let with = Recipes(parameters: ParameterValues(settings: ["cdn": "true"]))
        #expect(try with.output(text) == ["edge", "none"])
        #expect(Recipes().codes(text + "\noutput y = edge.text") == ["R0302"])
    }

    @Test
    func `null is ruled out by asking`() {
        let text = """
            param name: String?
            output a = if name != null then upper(name) else "none"
            output b = name != null and starts_with(name, "a")
            if name != null { resource n: local.Note { text: name } }
            """
        #expect(Recipes().codes(text) == [])
    }

    @Test
    func `meta fields order, protect and remember earlier names`() throws {
        let text = """
            resource a: local.Note { text: "a", @protect: 1 < 2 }
            resource b: local.Note { text: "b", @needs: [a, c], @formerly: old }
            for k in ["x"] { resource c[k]: local.Note { text: k, @formerly: [old_c[k], "net/c"] } }
            """
        let program = try Recipes().program(text)
        #expect(program.node("a")?.protection == true)
        #expect(program.node("b")?.dependencies == ["a", "c[\"x\"]"])
        #expect(program.node("b")?.formerly == ["old"])
        #expect(program.node("c[\"x\"]")?.formerly == ["old_c[\"x\"]", "net/c", "net/c[\"x\"]"])
    }

    @Test
    func `a circle of resources is shown once, shortest, with each edge`() throws {
        let text = """
            resource a: local.Note { text: b.id }
            resource b: local.Note { text: c }
            let c = a.id
            resource d: local.Note { text: a.id }
            """
        let diagnostics = Recipes().diagnostics(text)
        #expect(diagnostics.map(\.code.text) == ["R0103"])
        #expect(diagnostics.first?.labels.map(\.place.start.line) == [1, 2, 3])
    }

    @Test
    func `reading an output gives a dependency on what it comes from, not more`() throws {
        let text = """
            resource a: local.Note { text: "a" }
            let text = a.text
            resource b: local.Note { text: text }
            resource c: local.Note { text: "c", of: a }
            """
        let program = try Recipes().program(text)
        #expect(program.node("b")?.dependencies == ["a"])
        #expect(program.node("c")?.dependencies == ["a"])
    }
}
