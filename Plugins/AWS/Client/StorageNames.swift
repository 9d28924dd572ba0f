// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Names of objects may hold what XML cannot: lists of S3 are asked for in percent-encoding, and read back.
enum StorageNames {
    private static let names: Set<String> = [
        "key", "prefix", "delimiter", "marker", "next_marker", "start_after", "key_marker", "next_key_marker"
    ]

    /// True where the call was not told otherwise by its caller.
    static func ask(_ call: inout AWSCall) -> Bool {
        guard call.model.name == "s3", call.operation.input.member("encoding_type") != nil,
            call.parameters["encoding_type"] == nil
        else { return false }
        call.parameters["encoding_type"] = "url"
        return true
    }

    static func decoded(_ answer: ObjectValue) -> ObjectValue {
        guard answer["encoding_type"] == "url" else { return answer }
        var result = decodedNames(answer)
        result["encoding_type"] = nil
        return result
    }

    private static func decodedNames(_ object: ObjectValue) -> ObjectValue {
        var result = object
        for entry in object {
            switch entry.value {
            case .string(let text) where names.contains(entry.key):
                result[entry.key] = .string(WireText.decoded(text) ?? text)
            case .list(let items):
                result[entry.key] = .list(items.map { $0.object.map { .object(decodedNames($0)) } ?? $0 })
            default: break
            }
        }
        return result
    }
}
