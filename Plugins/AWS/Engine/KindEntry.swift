// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// How a kind's things are made, read, changed, deleted, listed and found again, as its table says.
struct KindEntry: Sendable {
    /// `aws.iam.Role`.
    let name: String
    /// The service model of its calls: `iam`.
    let service: String
    let fields: [FieldEntry]
    let outputs: [OutputEntry]
    /// The platform's own name of a thing, over fields and outputs.
    let id: NativeID
    let create: CallEntry
    /// The path in the answer to the create call where the outputs are; nil for its root or one level below.
    let createdAt: String?
    let read: ReadEntry
    /// Further calls for what the first does not tell.
    let reads: [ReadEntry]
    let updates: [UpdateEntry]
    /// Nil for what ends with the thing that it is part of.
    let delete: CallEntry?
    /// True where the thing is gone only some time after the call.
    let isDeletionAwaited: Bool
    let list: ListEntry?
    let tags: TagsEntry?
    let ready: WaitEntry?
    let settlement: SettlementRule
    let facets: [String]
    let doc: String
    let example: String
    /// True where the new thing is made before the old one goes.
    let createsFirst: Bool
    /// True where the account has the thing in every region.
    let isEverywhere: Bool
    /// True where the call that makes a thing changes, or gives back, one of the name that is there.
    let overwrites: Bool
    /// What must hold of the fields together.
    let rules: [KindRule]
    /// True where a call names the account, which has to be asked for.
    let needsAccount: Bool

    init(name: String, service: String, _ table: TableReader) throws(CallError) {
        self.name = name
        self.service = service
        doc = try table.text("doc")
        needsAccount = Value.object(table.object).contains { value in
            value.string.map { $0.contains("${account}") || $0 == "$account" } ?? false
        }
        example = try table.text("example")
        var fields: [FieldEntry] = []
        for (key, value) in try table.object("fields").map({ ($0.key, $0.value) }) {
            guard let object = value.object else { throw table.wrong("fields.\(key)", "an object") }
            fields.append(try FieldEntry(key, TableReader(object, place: "\(table.place).fields.\(key)")))
        }
        self.fields = fields
        var outputs: [OutputEntry] = []
        for field in fields where field.made != nil { outputs.append(try OutputEntry(ofName: field)) }
        for (key, value) in try table.object("outputs").map({ ($0.key, $0.value) }) {
            guard let object = value.object else { throw table.wrong("outputs.\(key)", "an object") }
            outputs.append(try OutputEntry(key, TableReader(object, place: "\(table.place).outputs.\(key)")))
        }
        self.outputs = outputs
        id = NativeID(try table.text("id"), splitsFromLeft: try table.optionalText("split") == "left")
        guard let create = try table.reader("create") else { throw table.wrong("create", "an object") }
        self.create = try CallEntry(create)
        createdAt = try create.optionalText("result")
        guard let read = try table.reader("read") else { throw table.wrong("read", "an object") }
        self.read = try ReadEntry(read)
        var reads: [ReadEntry] = []
        for reader in try table.readers("reads") { reads.append(try ReadEntry(reader)) }
        self.reads = reads
        var updates: [UpdateEntry] = []
        for reader in try table.readers("updates") { updates.append(try UpdateEntry(reader)) }
        self.updates = updates
        let deletion = try table.reader("delete")
        delete = try deletion.map { (reader) throws(CallError) in try CallEntry(reader) }
        isDeletionAwaited = try deletion?.flag("until") ?? false
        if let reader = try table.reader("list") { list = try ListEntry(reader) } else { list = nil }
        if let reader = try table.reader("tags") { tags = try TagsEntry(reader) } else { tags = nil }
        if let reader = try table.reader("ready") { ready = try WaitEntry(reader) } else { ready = nil }
        settlement = try SettlementRule(table)
        facets = try table.texts("facets")
        let order = try table.optionalText("replace")
        if let order, order != "create_first" { throw table.wrong("replace", "create_first") }
        createsFirst = order != nil
        isEverywhere = try table.flag("everywhere")
        overwrites = try table.flag("overwrites")
        rules = try table.readers("rules").map { (rule) throws(CallError) in
            KindRule(
                .awsFields, where: try rule.text("where"), field: try rule.text("field"),
                message: try rule.text("says"), help: try rule.texts("help"))
        }
    }

    /// What the host knows of the kind; takes the service's model, for what stands inside of its fields.
    func schema() throws(CallError) -> ResourceKindSchema {
        var insides = FieldInsides(self)
        var described: [FieldSchema] = []
        for field in fields {
            var schema = schema(of: field)
            schema.inside = try insides.inside(of: field)
            described.append(schema)
        }
        var schema = ResourceKindSchema(
            name: name, doc: doc, example: example, fields: described, outputs: outputs.map(\.schema),
            facets: facets, isListable: list != nil, isListedWhole: list?.isWhole ?? false)
        schema.records = insides.records
        schema.createsFirst = createsFirst
        schema.rules = rules
        schema.spans = isEverywhere ? ["region"] : []
        return schema
    }

    private func schema(of field: FieldEntry) -> FieldSchema {
        var schema = field.schema
        schema.isOpen = isOpen(field)
        return schema
    }

    /// A field that is not given is AWS's business, unless a call takes its being given up.
    func isOpen(_ field: FieldEntry) -> Bool {
        let schema = field.schema
        guard schema.presence == .optional(defaultValue: .null) else { return schema.isOpen }
        return schema.change == .replaces
            || !updates.contains { update in
                update.call.condition.isForNull(schema.name)
                    || update.isWhole && (update.fields.isEmpty || update.fields.contains(schema.name))
            }
    }

    /// The fields whose names are made where a recipe leaves them out.
    var madeNames: [String] { fields.filter { $0.made != nil }.map(\.schema.name) }

    func field(_ name: String) -> FieldEntry? { fields.first { $0.schema.name == name } }
}
