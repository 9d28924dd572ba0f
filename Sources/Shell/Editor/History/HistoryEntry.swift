// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// One remembered statement.
package struct HistoryEntry: Sendable, Hashable {
    package var text: String
    /// Seconds since 1970.
    package var time: Int64
    /// The project's folder, where there was one.
    package var project: String?

    package init(text: String, time: Int64, project: String? = nil) {
        self.text = text
        self.time = time
        self.project = project
    }

    /// One line of the history file, without its line end. The text comes first, so that a search for its
    /// beginning need not read the rest.
    var line: String {
        var object = ObjectValue([("text", .string(text)), ("time", .int(time))])
        if let project { object["project"] = .string(project) }
        return Value.object(object).json(.plain)
    }

    /// Reads a line of the history file; nil where it is none, such as one that a crash cut off.
    init?(line: some Sequence<UInt8>) {
        let value: Value
        do {
            value = try Value(json: line)
        } catch {
            // A history is worth reading around its damage.
            return nil
        }
        guard let object = value.object, let text = object["text"]?.string, !text.isEmpty else { return nil }
        self.init(text: text, time: object["time"]?.int ?? 0, project: object["project"]?.string)
    }

    /// The bytes with which the line of every entry begins whose text begins with this one.
    static func linePrefix(forTextStartingWith text: String) -> [UInt8] {
        var bytes = Array("{\"text\":\(Value.string(text).json(.plain))".utf8)
        bytes.removeLast()
        return bytes
    }
}
