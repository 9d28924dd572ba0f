// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Names the tables that a step makes.
enum TableName {
    /// The name for a step's table: `orders` for the step `orders`, `part_eu` for `part["eu"]`.
    ///
    /// A key that holds anything but letters, digits and underscores is told apart from one that only looks alike
    /// without them by a short hash.
    static func of(step operation: String) -> String {
        let step = operation.split(separator: "/").last.map(String.init) ?? operation
        var name = ""
        var isExact = true
        for byte in step.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "["): name += "_"
            case UInt8(ascii: "\""), UInt8(ascii: "]"): continue
            default:
                name += "_"
                isExact = false
            }
        }
        return isExact ? name : name + "_" + hash(of: step)
    }

    /// Eight digits of the 64-bit FNV-1a hash.
    private static func hash(of text: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String((String(repeating: "0", count: 16 - digits.count) + digits).suffix(8))
    }
}
