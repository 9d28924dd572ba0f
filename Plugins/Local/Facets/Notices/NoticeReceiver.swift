// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Somebody, or something, that is told.
struct NoticeReceiver: Sendable {
    enum Place: Sendable {
        case mail(String)
        /// An address, or a secret that is one.
        case web(Value)
        /// A path, from the project's folder on.
        case file(String)
        /// A line of the shell.
        case command(String)

        /// From the text in a recipe.
        init(_ value: Value) {
            let text = value.string ?? ""
            if let path = text.rest(behind: "file:") {
                self = .file(path)
            } else if let line = text.rest(behind: "command:") {
                self = .command(line)
            } else if text.hasPrefix("http") {
                self = .web(value)
            } else {
                self = .mail(text)
            }
        }
    }

    /// As the recipe has it; an address may be a secret, and is not shown.
    var name: String
    var place: Place
}

extension String {
    fileprivate func rest(behind prefix: String) -> String? {
        hasPrefix(prefix) ? String(unicodeScalars.dropFirst(prefix.unicodeScalars.count)) : nil
    }
}
