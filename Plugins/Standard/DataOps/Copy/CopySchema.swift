// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let copy = StepKindSchema(
        name: "Copy",
        doc: "Copies a table or the objects of a lake into another store, also into one of another provider",
        example: #"step backup: Copy { from: orders.table, to: archive }"#,
        fields: [
            FieldSchema(
                "from", .either([.table, .named("DataLakeStorage")]), "a table, or a lake, whose objects are copied"),
            FieldSchema(
                "to", .either([.named("DataLakeStorage"), .named("DataWarehousing")]),
                "the store that gets them; one without tables gets a table as a CSV object"),
            .optional(
                "table", .optional(.string), default: nil, "the name of the table's copy; null: that of the table"),
            .optional("prefix", .string, default: "", "of a lake's objects those whose keys begin so"),
            .optional(
                "mode", .string, default: "replace",
                "whether the rows or objects of a name that is taken replace what is there, or are added to it: rows join, "
                    + "and objects stay",
                allowed: ["replace", "append"])
        ],
        outputs: [
            .output("table", .optional(.table), "the table's copy; null where objects were written"),
            .output("objects", .int, "how many objects were written; those that were there as they are do not count"),
            .output("bytes", .size, "how much was written, of a table as CSV")
        ],
        placement: "to", isPure: true, facets: ["TableStore", "ObjectStore"])
}
