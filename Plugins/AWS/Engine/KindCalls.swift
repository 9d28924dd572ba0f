// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A call that tells what a thing is.
struct ReadEntry: Sendable {
    let call: CallEntry
    /// The path of the thing in the answer.
    let result: String
    /// The fields by which the thing is found where the result is a list of several.
    let match: [String]
    /// Failures that say that the thing is there, and has nothing of what is asked for.
    let empty: [FailureRule]
    /// What the answer must have for the thing to be there.
    let needs: String?
    /// Where a thing that is gone is still told of.
    let gone: (path: String, values: [Value])?
    /// The path of a text in the answer that is JSON; nil for none.
    let json: String?
    /// The only fields and outputs that are taken from it; empty for all.
    let names: [String]

    init(_ table: TableReader) throws(CallError) {
        call = try CallEntry(table)
        result = try table.optionalText("result") ?? "@"
        match = try table.texts("match")
        empty = try table.texts("empty").map(FailureRule.init)
        needs = try table.optionalText("needs")
        gone = try table.reader("gone").map { (reader) throws(CallError) in
            (try reader.text("path"), reader.value("values")?.list ?? [])
        }
        json = try table.optionalText("json")
        names = try table.texts("fields")
    }

    /// True where what AWS tells is of a thing that is gone.
    func isGone(_ told: Value) -> Bool {
        guard let gone, let state = ValuePath(gone.path).pick(from: told) else { return false }
        return gone.values.isEmpty || gone.values.contains { $0.isSameText(as: state) }
    }
}

/// A call that changes some fields.
struct UpdateEntry: Sendable {
    let call: CallEntry
    /// The fields that it is for: those of its patch where it has one; empty for all that its input takes.
    let fields: [String]
    /// True where it takes the thing as a whole, not its changes.
    let isWhole: Bool
    /// True where the thing loses its tags by it.
    let losesTags: Bool
    /// Other paths of fields in its input.
    let places: [String: String]
    /// The paths of patch operations by field, where the call takes such: a text, or texts by the parts of an object.
    let patch: ObjectValue
    /// True where its own parameters alone are sent.
    let sendsNothing: Bool

    init(_ table: TableReader) throws(CallError) {
        call = try CallEntry(table)
        patch = try table.object("patch")
        let fields = try table.texts("fields")
        self.fields = fields.isEmpty ? Array(patch.keys) : fields
        isWhole = try table.flag("whole")
        losesTags = try table.flag("retag")
        places = try table.textMap("to")
        sendsNothing = table.value("send")?.bool == false
    }
}

/// A call that lists the things of a kind.
struct ListEntry: Sendable {
    let call: CallEntry
    let items: String
    /// True where an item tells all that a read tells.
    let isWhole: Bool
    /// The native id in terms of an item; nil where the item has the fields of the kind's own.
    let id: Value?
    /// Where the things are parts of others: the list of those, and the name that each has in the scope.
    let parents: Parents?

    struct Parents: Sendable {
        /// The name that each has in the scope.
        let name: String
        /// Those that are always there, where no call lists them.
        let values: [Value]
        let call: CallEntry?
        let items: String

        init(_ table: TableReader) throws(CallError) {
            name = try table.text("as")
            values = table.value("values")?.list ?? []
            call = table.has("op") ? try CallEntry(table, withoutEach: true) : nil
            items = try table.optionalText("items") ?? "@"
        }
    }

    init(_ table: TableReader) throws(CallError) {
        call = try CallEntry(table, withoutEach: true)
        items = try table.text("items")
        isWhole = try table.flag("whole")
        id = table.value("id")
        parents = if let reader = try table.reader("each") { try Parents(reader) } else { nil }
    }
}

/// How the tags of a thing are told and set.
struct TagsEntry: Sendable {
    struct Setting: Sendable {
        let call: CallEntry
        let place: String
        /// True where the call replaces all tags.
        let isWhole: Bool
        /// True where it takes pairs to remove, not keys.
        let takesObjects: Bool

        init(_ table: TableReader, place: String) throws(CallError) {
            call = try CallEntry(table)
            self.place = try table.optionalText("at") ?? place
            isWhole = try table.flag("whole")
            takesObjects = try table.flag("objects")
        }
    }

    let field: String
    /// The names in a list of tags; nil where tags are a map.
    let pairs: PairNames?
    /// What each pair holds beside key and value.
    let extra: ObjectValue
    /// Where the create call takes them; nil where it takes none.
    let create: String?
    let tag: Setting?
    let untag: Setting?
    /// Nil where the kind's own read tells them, at the path.
    let read: CallEntry?
    let result: String
    /// The names in what the read tells, where it tells a list and the other calls take a map.
    let toldPairs: PairNames?
    /// True where Converge puts its own tags.
    let hasOwn: Bool

    init(_ table: TableReader) throws(CallError) {
        field = try table.optionalText("field") ?? "tags"
        pairs = try PairNames(table)
        extra = try table.object("extra")
        create = try table.optionalText("create")
        tag = try table.reader("tag").map { (reader) throws(CallError) in try Setting(reader, place: "tags") }
        untag = try table.reader("untag").map { (reader) throws(CallError) in try Setting(reader, place: "tag_keys") }
        let reader = try table.reader("read")
        result = try reader?.optionalText("result") ?? "tags"
        toldPairs = try reader.flatMap { (reader) throws(CallError) in try PairNames(reader) } ?? pairs
        hasOwn = table.value("own")?.bool ?? true
        read = try reader.flatMap { (reader) throws(CallError) in reader.has("op") ? try CallEntry(reader) : nil }
    }
}
