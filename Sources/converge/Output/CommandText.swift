// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Commands as messages name them.
enum CommandText {
    /// A word as it can be typed into a shell.
    static func word(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/")].contains(byte)
        }
        return isPlain && !text.isEmpty ? text : ShellText.quoted(text)
    }
}
