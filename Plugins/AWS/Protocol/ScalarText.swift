// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Checked scalars as text, for forms, XML, paths and headers.
enum ScalarText {
    /// - Parameter times: The format of times whose shape has none of its own.
    static func text(_ value: Value, _ type: ShapeType, times: TimestampFormat) -> String? {
        switch (value, type) {
        case (.null, _): nil
        case (.string(let text), _): text
        case (.int(let number), _): String(number)
        case (.float(let number), _): WireText.number(number)
        case (.bool(let flag), _): flag ? "true" : "false"
        case (.time(let time), .timestamp(let format)): WireText.text(time, format ?? times)
        default: value.json(.plain)
        }
    }
}
