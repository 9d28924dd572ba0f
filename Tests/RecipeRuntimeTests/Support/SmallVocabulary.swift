// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeRuntime

/// A small set of plugins with one of everything that the language knows.
enum SmallVocabulary {
    static let vocabulary = Vocabulary(
        [standard, local, cloud], machine: ["cpus": 4, "memory": .size(8 << 30)])

    static let note = ResourceKindSchema(
        name: "local.Note", doc: "A text", example: "resource n: local.Note { text: \"hello\" }",
        fields: [
            FieldSchema("text", .string, "what is kept", example: "hello"),
            .optional("size", .size, default: .size(1024), "how much there is room for"),
            .optional("tags", .map(.string), default: [:], "words"),
            .optional("mode", .string, default: "plain", "how it is kept", allowed: ["plain", "packed"]),
            .optional("owner", .optional(.string), default: .null, "whose it is"),
            .optional("lines", .list(.int), default: [], "numbers"),
            .optional("share", .float, default: .float(0.5), "a number"),
            FieldSchema(
                "token", .optional(.string), "kept secret", presence: .optional(defaultValue: .null),
                isSensitive: true),
            .optional("of", .optional(.any), default: .null, "anything")
        ],
        outputs: [
            .output("id", .string, "made once"), .output("path", .string, "where it is"),
            .output("counts", .map(.int), "numbers by name")
        ], facets: ["NoteStore"])

    static let folder = ResourceKindSchema(
        name: "local.Lake", doc: "A folder", example: "resource l: local.Lake {}",
        fields: [
            .optional("name", .optional(.string), default: .null, "its name"),
            .optional("versioned", .bool, default: false, "earlier versions are kept"),
            .optional("retention", .duration, default: .duration(.seconds(604_800)), "how long"),
            .optional("labels", .map(.string), default: [:], "words")
        ],
        outputs: [.output("id", .string, "made once"), .output("url", .string, "its address")], facets: ["ObjectStore"],
        isListable: true,
        rules: [
            KindRule(
                code: "V9001", condition: "name == null or length(name) <= 8", field: "name",
                message: "the name '${name ?? \"\"}' is long", help: ["shorten it"]),
            KindRule(
                code: "V9002", condition: "retention <= 1d * 5 * machine.cpus", field: "retention",
                message: "a machine of ${machine.cpus} processors does not keep it for ${retention}", help: []),
            KindRule(
                code: "V9003", condition: "length(labels) < 3", field: "labels", message: "there are too many labels",
                help: [])
        ])

    static let bucket = ResourceKindSchema(
        name: "cloud.Bucket", doc: "A bucket", example: "resource b: cloud.Bucket { name: \"b\" }",
        fields: [
            FieldSchema("name", .string, "its name"),
            .optional("zones", .optional(.list(.string)), default: .null, "where it is", allowed: ["a", "b"])
        ],
        outputs: [.output("arn", .string, "its identity")], facets: ["ObjectStore"])

    static let load = StepKindSchema(
        name: "Ingest", doc: "Loads files", example: "step l: Ingest { from: \"a.csv\", into: lake }",
        fields: [
            FieldSchema("from", .either([.string, .list(.string)]), "files"),
            FieldSchema("into", .either([.named("DataLakeStorage"), .named("Pond")]), "where the table goes"),
            .optional("mode", .string, default: "replace", "how", allowed: ["replace", "append"])
        ],
        outputs: [
            .output("table", .table, "the rows"), .output("files", .list(.string), "the files"),
            .output("rows", .int, "how many"), .output("rest", .optional(.table), "broken rows")
        ], placement: "into", facets: ["ObjectStore"])

    static let query = StepKindSchema(
        name: "Query", doc: "Runs a query", example: "step q: Query { sql: \"select 1\" }",
        fields: [
            FieldSchema("sql", .sql, "the query"),
            .optional("tables", .map(.either([.table, .artifact])), default: [:], "more tables"),
            .optional("on", .optional(.any), default: .null, "anything"),
            .optional("charts", .map(.named("Chart")), default: [:], "pictures"),
            .optional("run", .optional(.shell), default: .null, "a line for sh"),
            .optional("page", .optional(.html), default: .null, "a page"),
            .optional("address", .optional(.url), default: .null, "an address"),
            .optional("title", .string, default: "", "a heading")
        ],
        outputs: [
            .output("table", .table, "the rows"), .output("metrics", .map(.float), "what was measured"),
            .output("passed", .bool, "whether it is good"), .output("model", .model, "a model")
        ],
        rules: [
            KindRule(
                code: "D9001", condition: "run == null or page == null", field: "page",
                message: "there is both a line and a page", help: ["take one of them out"]),
            KindRule(
                code: "D9002", condition: "length(title) < 20", field: "title",
                message: "the title '${upper(title)}' is long", help: ["shorten it"])
        ])

    static let warehouse = ResourceKindSchema(
        name: "local.Warehouse", doc: "A database", example: "resource w: local.Warehouse {}", fields: [],
        outputs: [.output("id", .string, "made once")], facets: ["TableStore"])

    static let transform = StepKindSchema(
        name: "Transform", doc: "Makes a table", example: "step t: Transform { in: warehouse, sql: \"select 1\" }",
        fields: [
            FieldSchema("in", .named("DataWarehousing"), "who executes it"), FieldSchema("sql", .sql, "the query"),
            .optional("mode", .string, default: "replace", "how", allowed: ["replace", "append", "merge"]),
            .optional("engine", .optional(.string), default: nil, "what computes")
        ], outputs: [.output("table", .table, "the rows")], placement: "in", facets: ["TableStore"], rules: [],
        lacks: [
            KindLack("engine", "there is one engine", help: ["leave it out"]),
            KindLack("mode: merge", when: #"mode == "merge""#, field: "mode", "rows are not compared")
        ])

    static let apply = StepKindSchema(
        name: "Apply", doc: "Applies a recipe", example: "step a: Apply {}",
        fields: [.optional("module", .optional(.string), default: nil, "the recipe")], outputs: [])

    static let standard = VocabularyPlugin(
        name: "standard", stepKinds: [load, query, transform, apply],
        executedStepKinds: ["Ingest", "Query", "Transform", "Apply"],
        functions: [
            VocabularyFunction(
                schema: FunctionSchema(
                    name: "expect.between", doc: "A rule",
                    parameters: [
                        FieldSchema("column", .string, "the column"), FieldSchema("low", .int, "the least"),
                        .optional("high", .int, default: 100, "the most")
                    ], result: .object, example: "expect.between(\"n\", 1)"),
                call: { arguments throws(CallError) in
                    guard arguments[1].int != 13 else { throw CallError(.invalid, "thirteen is unlucky") }
                    return .object(["column": arguments[0], "low": arguments[1], "high": arguments[2]])
                })
        ],
        texts: [
            PluginText(
                path: "Lake.recipe",
                text: """
                    shape Grant {
                      param level: String = "read" where level in ["read", "write"] "one of the levels"
                      param count: Int
                    }

                    capability DataLakeStorage {
                      let doc = "Files"
                      param versioned: Bool = false "earlier versions are kept"
                      param retention: Duration = 7d where retention >= 7d and retention <= 90d "how long"
                      param expire_after: Duration? where expire_after >= 1d "null: never"
                      param backup: DataLakeStorage? "another"
                      param grants: Map<Grant> = {} "rights"
                      param public: Bool = false "anyone may read"
                      output url: String "its address"
                      output site: String of website "a page"
                      output current: Int operational "how many objects"
                      feature versions when versioned
                      feature public_read when public
                      feature website "a page"
                      offers ObjectStore
                      access read, write
                    }
                    """),
            PluginText(
                path: "Pond.recipe",
                text: """
                    capability Pond {
                      param depth: Int = 1
                      output url: String
                      offers ObjectStore
                    }
                    capability DataWarehousing { output database: String; offers TableStore }
                    capability ModelValidationTesting {
                      let paper = { form: "activity" }
                      let steps = ["Query"]
                    }
                    capability ServerlessComputing {
                      param source: String?
                      param runtime: String?
                      output url: String
                      offers Dreams
                    }
                    shape Chart { param kind: String = "bar"; param sql: Sql? }
                    """)
        ])

    static let local = VocabularyPlugin(
        name: "local", provider: ProviderSchema(doc: "this machine"), resourceKinds: [note, folder, warehouse],
        texts: [
            PluginText(
                path: "Mappings/DataWarehousing.recipe",
                text: """
                    mapping DataWarehousing on local service "SQLite" version 1 {
                      resource tables: local.Warehouse {}
                      lacks customer_key "there are no keys"
                      output id = tables.id
                      output database = "db"
                      output access = {}
                    }
                    """),
            PluginText(
                path: "Mappings/Lake.recipe",
                text: """
                    mapping DataLakeStorage on local service "Folder" version 2 {
                      resource folder: local.Lake {
                        name: name, versioned: versioned, retention: retention, labels: labels
                      }
                      if backup != null { resource mark: local.Note { text: "backup to ${backup.url}" } }
                      for level in keys(grants) {
                        resource grant[level]: local.Note { text: "${level} ${grants[level].count}" }
                      }
                      lacks customer_key "there are no keys"
                      lacks public_read "there is no internet"
                      lacks website "there are no pages"
                      output id = folder.id
                      output url = folder.url
                      output current = 0
                      output access = { read: { id: folder.id } }
                    }
                    """)
        ])

    private static let clouds: ProviderSchema = {
        var provider = ProviderSchema(
            doc: "a cloud",
            settings: [FieldSchema("region", .string, "where"), .optional("retries", .int, default: 3, "how often")])
        provider.rules = [
            KindRule(
                DiagnosticCode("V0999", "", ""), where: "retries in range(0, 10)", field: "retries",
                message: "a call is repeated up to 9 times, not ${retries} times")
        ]
        return provider
    }()

    static let cloud = VocabularyPlugin(
        name: "cloud", version: "1.4.0",
        provider: clouds,
        resourceKinds: [bucket], executedStepKinds: ["Ingest"],
        texts: [
            PluginText(
                path: "Mappings/Lake.recipe",
                text: """
                    mapping DataLakeStorage on cloud service "Bucket" version 1 {
                      resource bucket: cloud.Bucket { name: name ?? "unnamed" }
                      output id = bucket.arn
                      output url = "c://${bucket.name}"
                      output site = "https://${bucket.name}"
                      output current = 0
                      output access = {}
                    }
                    mapping DataLakeStorage on cloud service "Cold" version 1 {
                      resource cold: cloud.Bucket { name: name ?? "cold" }
                      output id = cold.arn
                      output url = "cold://${cold.name}"
                      output site = "none"
                      output current = 0
                      output access = {}
                    }
                    """)
        ])
}
