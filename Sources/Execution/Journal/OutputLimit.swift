// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// How much one operation may give: outputs are values for recipes, and content belongs into stores.
enum OutputLimit {
    /// In bytes of text.
    static let largest = 32 << 20

    /// Why outputs are refused; nil where they are not.
    static func problem(of outputs: ObjectValue) -> CallError? {
        guard let output = outputs.entries.first(where: { $0.value.roughSize > largest }) else { return nil }
        let (size, limit) = (Value.size(Int64(output.value.roughSize)), Value.size(Int64(largest)))
        return CallError(
            .invalid,
            Diagnostic(
                .outputTooLarge, "the output '\(output.key)' is too large: \(size.literal) of at most \(limit.literal)",
                help: ["write it to a file, an object or a table, and hand that on"]))
    }

    /// The outputs without those that are too large.
    static func kept(_ outputs: ObjectValue) -> ObjectValue {
        outputs.mapValues { $0.roughSize > largest ? .null : $0 }
    }
}
