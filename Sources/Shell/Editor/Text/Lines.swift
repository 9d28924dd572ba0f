// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The lines between newlines, at least one; much faster than splitting by characters.
    var textLines: [Substring] {
        utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Substring($0) }
    }
}
