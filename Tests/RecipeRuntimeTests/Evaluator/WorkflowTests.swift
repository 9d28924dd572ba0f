// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeRuntime
import Testing

struct WorkflowTests {
    private static let table = Value.reference(Reference(type: "Table", resource: "lake/folder", name: "orders"))

    private static let text = """
        resource lake: DataLakeStorage {}
        resource other: local.Note { text: "unused" }
        workflow w {
          param day: Date = today()
          let limit = 5
          step collect: Ingest { from: "a.csv", into: lake }
          step q: Query {
            sql: "select * from ${collect.table} where d < ${day} limit ${limit}"
            charts: { one: { sql: "select 1" } }
            @retry: { attempts: 2, backoff: 1s, on: ["any"] }
            @timeout: 5m
          }
          for f in collect.files { step part[f]: Ingest { from: f, into: lake, @needs: [q], @on_failure: "continue" } }
          step last: Query {
            sql: "select 1"
            tables: { [k]: part[k].table for k in keys(part) }
            @when: q.metrics["auc"] > 0.5
          }
          output rows = collect.rows
          output auc = q.metrics["auc"]
        }
        """

    @Test
    func `steps whose inputs can be told come first, the rest waits`() throws {
        let program = try Recipes().program(Self.text)
        let expansion = try program.steps("w")
        #expect(!expansion.isComplete)
        #expect(expansion.steps.map(\.address.text) == ["collect", "q"])
        let q = try #require(expansion.step("q"))
        #expect(q.reads == ["collect"])
        #expect(q.inputs.contains { $0.value.containsUnknown })
        #expect(q.retry == RetryRule(attempts: 2, backoff: .seconds(1), on: ["any"]))
        #expect(q.timeout == .seconds(300))
        #expect(
            expansion.step("collect")?.inputs["into"]
                == .reference(Reference(type: "DataLakeStorage", resource: "lake")))
        #expect(program.workflow("w")?.resources == ["lake/folder"])
        #expect(program.workflow("w")?.parameters.map(\.name) == ["day"])
    }

    @Test
    func `loops over outputs open when their step has ended`() throws {
        let program = try Recipes().program(Self.text)
        let collected: ObjectValue = ["table": Self.table, "files": ["x.csv", "y.csv"], "rows": 3]
        let expansion = try program.steps("w", outputs: ["collect": collected])
        #expect(expansion.isComplete)
        #expect(expansion.steps.map(\.address.text) == ["collect", "q", "part[\"x.csv\"]", "part[\"y.csv\"]", "last"])
        let part = try #require(expansion.step("part[\"x.csv\"]"))
        #expect(part.needs == ["q"])
        #expect(part.reads == [])
        #expect(part.onFailure == .continue)
        let last = try #require(expansion.step("last"))
        #expect(last.reads == ["part[\"x.csv\"]", "part[\"y.csv\"]", "q"])
        #expect(last.isWanted == nil)
        let sql = try #require(expansion.step("q")?.inputs["sql"])
        #expect(try SQLDialect.sqlite.render(sql).text == "select * from \"orders\" where d < ? limit ?")
    }

    @Test
    func `one step is evaluated anew with what has ended`() throws {
        let program = try Recipes().program(Self.text)
        let parameters = try program.evaluation.parameters(
            of: "w", arguments: ["day": .date(CalendarDate("2026-01-02")!)], now: Recipes.now)
        let state = WorkflowState(
            resources: ResourceState(),
            outputs: [
                "collect": ["table": Self.table, "files": ["x.csv"], "rows": 3], "q": ["metrics": ["auc": 0.7]],
                "part[\"x.csv\"]": ["table": Self.table]
            ])
        let last = try program.evaluation.step("last", of: "w", parameters: parameters, in: state)
        #expect(last.isWanted == true)
        #expect(last.inputs["tables"] == ["x.csv": Self.table])
        let part = try program.evaluation.step("part[\"x.csv\"]", of: "w", parameters: parameters, in: state)
        #expect(part.inputs["from"] == "x.csv")
        let outputs = try program.evaluation.outputs(of: "w", parameters: parameters, in: state)
        #expect(outputs == ["rows": 3, "auc": 0.7])
    }

    @Test(.timeLimit(.minutes(1)))
    func `a step of a long loop costs no more than the step, also where it names the one before`() throws {
        let count = 5000
        let program = try Recipes().program(
            """
            workflow w {
              for i in range(\(count)) {
                step s[string(i)]: Query { sql: "select 1", @when: i == 0 or s[string(max([i - 1, 0]))].passed }
              }
            }
            """)
        var state = WorkflowState(resources: ResourceState())
        for number in 0..<count {
            let address = Address("s[\"\(number)\"]")
            let step = try program.evaluation.step(address, of: "w", parameters: [:], in: state)
            #expect(step.isWanted == true)
            state.outputs[address] = ["passed": true]
        }
    }

    @Test
    func `what a loop waits for is told`() throws {
        let program = try Recipes().program(Self.text)
        #expect(try program.steps("w").waitsFor == ["collect"])
        #expect(try program.steps("w", skipped: ["collect"]).waitsFor == [])
    }

    @Test
    func `a skipped step empties the loops over it and leaves its readers unknown`() throws {
        let program = try Recipes().program(Self.text)
        let expansion = try program.steps("w", skipped: ["collect"])
        #expect(expansion.isComplete)
        #expect(expansion.steps.map(\.address.text) == ["collect", "q", "last"])
        #expect(expansion.step("q")?.reads == ["collect"])
        let parameters = try program.evaluation.parameters(of: "w", arguments: [:], now: Recipes.now)
        let outputs = try program.evaluation.outputs(
            of: "w", parameters: parameters, in: WorkflowState(resources: ResourceState(), skipped: ["collect", "q"]))
        #expect(outputs == ["rows": .null, "auc": .null])
    }

    @Test
    func `a question mark only waits for the end of a step`() throws {
        let text = """
            workflow w {
              step a: Query { sql: "select 1" }
              step b: Query { sql: "select 1", title: string(a?.passed ?? false), @needs: [a] }
            }
            """
        let expansion = try Recipes().program(text).steps("w", skipped: ["a"])
        let step = try #require(expansion.step("b"))
        #expect(step.reads == [])
        #expect(step.needs == ["a"])
        #expect(step.inputs["title"] == "false")
    }

    @Test
    func `the provider of the place executes, or who is asked for`() throws {
        let text = """
            resource here: DataLakeStorage { @on: local }
            resource there: DataLakeStorage {}
            workflow w {
              step a: Ingest { from: "a", into: here }
              step b: Ingest { from: "a", into: there }
              step c: Ingest { from: "a", into: here, @on: cloud }
            }
            """
        let steps = try Recipes.withCloud.program(text).steps("w").steps
        #expect(steps.map(\.executorPlugin) == [nil, "cloud", "cloud"])
    }

    @Test
    func `a native thing stands in for a capability that offers the same`() throws {
        let text = """
            resource folder: local.Lake {}
            workflow w { step a: Ingest { from: "a", into: folder } }
            """
        #expect(try Recipes().program(text).steps("w").steps.count == 1)
    }

    @Test
    func `what a known result is worth and how many run at once may depend on parameters`() throws {
        let text = """
            workflow w {
              param age: Duration = 2h
              param gpus: Int = 3
              step a: Query { sql: "x", @cache: age, @concurrency: { group: "gpu", limit: gpus } }
              step b: Query { sql: "x", @cache: false, @concurrency: "disk" }
              step c: Query { sql: "x", @cache: true }
              step d: Query { sql: "x" }
            }
            """
        let steps = try Recipes().program(text).steps("w").steps
        #expect(
            steps.map(\.cache) == [
                .trusted(within: .seconds(7200)), .never, .trusted(within: nil), .byKind
            ])
        #expect(steps.map { $0.concurrency?.group } == ["gpu", "disk", nil, nil])
        #expect(steps.map { $0.concurrency?.limit } == [3, 1, nil, nil])
    }

    @Test
    func `a step that stands in is told from the others, and knows for whom by its key`() throws {
        let text = """
            resource lake: DataLakeStorage {}
            workflow w {
              step a: Ingest { from: "a.csv", into: lake, @recover: b }
              step b: Query { sql: "select 1" }
              for day in ["mon", "tue"] {
                step c[day]: Query { sql: "select 2", @recover: d[day] }
                step d[day]: Query { sql: "select 3" }
              }
              step e: Query { sql: "select count(*) from ${a.table}", title: string(a?.rows ?? 0) }
            }
            """
        let steps = try Recipes().program(text).steps("w").steps
        let owners = steps.filter { $0.recovery != nil }
        #expect(owners.map(\.address.text) == ["a", "c[\"mon\"]", "c[\"tue\"]"])
        #expect(owners.map { $0.recovery?.text } == ["b", "d[\"mon\"]", "d[\"tue\"]"])
        #expect(steps.filter(\.isStandIn).map(\.address.text) == ["b", "d[\"mon\"]", "d[\"tue\"]"])
    }

    @Test
    func `arguments of a run are checked, and its rules held`() throws {
        let text = "workflow w {\n param n: Int = 1 where n > 0\n param m: Int = n * 2\n param s: String\n}"
        let evaluation = try Recipes().program(text).evaluation
        let values = try evaluation.parameters(of: "w", arguments: ["n": 4, "s": "a"], now: Recipes.now)
        #expect(values == ["n": 4, "m": 8, "s": "a"])
        let wrong: [(ObjectValue, String)] = [
            (["n": 4], "R0501"), (["s": "a", "n": "x"], "R0404"), (["s": "a", "n": 0], "R0502"),
            (["s": "a", "x": 0], "R0503")
        ]
        for (arguments, code) in wrong {
            do {
                _ = try evaluation.parameters(of: "w", arguments: arguments, now: Recipes.now)
                Issue.record("\(arguments) was accepted")
            } catch {
                #expect(error.all.map(\.code.text) == [code])
            }
        }
    }

    @Test(arguments: [
        ("step a: Query { sql: b.nothing }\nstep b: Query { sql: \"select 1\" }", ["R0307"]),
        ("step a: Query { sql: \"${b.table}\" }\nstep b: Query { sql: \"${a.table}\" }", ["R0103"]),
        ("step a: Query { sql: \"select 1\", on: b }\nstep b: Query { sql: \"select 1\" }", ["R0301"]),
        ("step a: Ingest { from: \"a\", into: note }", ["R0608"]), ("step a: Ingest { from: \"a\" }", ["R0204"]),
        ("step a: Query { sql: \"select 1\", @when: 5 }", ["R0301"]),
        ("step a: Query { sql: \"x\", @retry: 3 }", ["R0209"]),
        ("step a: Query { sql: \"x\", @retry: { attempts: 0 } }", ["R0209"]),
        ("step a: Query { sql: \"x\", @cache: \"1h\" }", ["R0301"]),
        ("step a: Query { sql: \"x\", @cache: 0s }", ["R0209"]),
        ("step a: Query { sql: \"x\", @concurrency: 2 }", ["R0301"]),
        ("step a: Query { sql: \"x\", @concurrency: { limit: 2 } }", ["R0204"]),
        ("step a: Query { sql: \"x\", @concurrency: { group: \"g\", limit: 0 } }", ["R0209"]),
        ("step a: Query { sql: \"x\", @concurrency: { group: \"g\", size: 2 } }", ["R0203"]),
        (
            "step a: Query { sql: \"x\", @concurrency: \"g\" }\n"
                + "step b: Query { sql: \"x\", @concurrency: { group: \"g\", limit: 2 } }", ["R0209"]
        ),
        (
            "param n: Int = 2\nstep a: Query { sql: \"x\", @concurrency: \"g\" }\n"
                + "step b: Query { sql: \"x\", @concurrency: { group: \"g\", limit: n } }", ["R0209"]
        ),
        ("step a: Query { sql: \"x\", @recover: note }", ["R0209"]),
        ("step a: Query { sql: \"x\", @recover: \"b\" }", ["R0209"]),
        ("step a: Query { sql: \"x\", @recover: b }", ["R0101"]),
        ("step a: Query { sql: \"x\", @recover: a }", ["R0103"]),
        ("step a: Query { sql: \"x\", @recover: b }\nstep b: Query { sql: \"${a.table}\" }", ["R0103"]),
        (
            "step a: Query { sql: \"x\", @recover: b }\nstep b: Query { sql: \"x\", @needs: [c] }\n"
                + "step c: Query { sql: \"${a.table}\" }", ["R0103"]
        ),
        (
            "step a: Query { sql: \"x\", @recover: c }\nstep b: Query { sql: \"x\", @recover: c }\n"
                + "step c: Query { sql: \"x\" }", ["R0209"]
        ),
        (
            "step a: Query { sql: \"x\", @recover: b }\nstep b: Query { sql: \"x\", @on_failure: \"continue\" }",
            ["R0209"]
        ),
        (
            "step a: Query { sql: \"x\", @recover: b }\nstep b: Query { sql: \"x\", @recover: c }\n"
                + "step c: Query { sql: \"x\" }", ["R0209"]
        ),
        (
            "for k in [\"x\"] { step a[k]: Query { sql: \"x\", @recover: b } }\nstep b: Query { sql: \"x\" }",
            ["R0209"]
        ),
        (
            "for k in [\"x\"] { step a[k]: Query { sql: \"x\", @recover: b[k] }\n"
                + "step b[k]: Query { sql: \"${a[k].table}\" } }", ["R0103"]
        ),
        (
            "for k in [\"x\", \"y\"] { step a[k]: Query { sql: \"x\", @recover: b[\"x\"] }\n"
                + "step b[k]: Query { sql: \"x\" } }", ["R0209"]
        ),
        ("step a: Query { sql: \"x\", @on_failure: \"go\" }", ["R0207"]),
        ("step a: Query { sql: \"x\", @timeout: 5 }", ["R0301"]),
        ("step a: Query { sql: \"x\", @protect: true }", ["R0208"]),
        ("step a: Query { sql: \"x\" }\noutput t = a", ["R0106"]),
        ("for x in [1, 2] { step a: Query { sql: \"x\" } }", ["R0105"]), ("step a: DataLakeStorage {}", ["R0201"])
    ])
    func `mistakes in workflows`(body: String, codes: [String]) {
        #expect(Recipes().codes("resource note: local.Note { text: \"n\" }\nworkflow w {\n\(body)\n}") == codes)
    }
}
