// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension StepKindSchema {
    static let materialize = StepKindSchema(
        name: "Materialize",
        doc:
            "Writes the rows of a table into a feature store, where an older event never takes the place of a newer one",
        example: #"step fresh: Materialize { table: customers.table, into: features }"#,
        fields: [
            FieldSchema("table", .table, "the table, whose columns are features"),
            FieldSchema("into", .named("FeatureStore"), "the store that gets the rows"),
            .optional(
                "from", .optional(.string), default: nil,
                "only rows whose event is not before that, in the form of the store's time column; null: from the first"
            ),
            .optional(
                "until", .optional(.string), default: nil,
                "only rows whose event is before that, in the same form; null: to the last")
        ],
        outputs: [
            .output("rows", .int, "how many rows were written"),
            .output(
                "offline", .optional(.table),
                "the table with the whole history, for joins by point in time; null where the store keeps none")
        ],
        placement: "into", facets: ["FeatureServer"])
}
