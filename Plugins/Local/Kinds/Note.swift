// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// `local.Note`: a row of the catalog and nothing else; for trying and measuring.
struct Note: LocalKind {
    static let schema = ResourceKindSchema(
        name: "local.Note",
        doc: "A text kept by the local platform, for trying and measuring",
        example: """
            resource greeting: local.Note { text: "good morning" }
            """,
        fields: [
            FieldSchema("text", .string, "what is kept, in clear", example: "good morning")
        ],
        outputs: [
            .output("id", .string, "made once, never changing")
        ],
        isListable: true, isListedWhole: true)

    static let isRowOnly = true

    init(platform: Platform) {}

    func outputs(of thing: Thing) -> ObjectValue { ["id": .string(thing.id)] }
}
