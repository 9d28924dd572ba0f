// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A tree without its places, to tell whether two texts mean the same.
func sketch(_ value: Any) -> String {
    if value is SourceRange { return "" }
    let mirror = Mirror(reflecting: value)
    if mirror.children.isEmpty { return "\(value)" }
    let parts = mirror.children.compactMap { child -> String? in
        let part = sketch(child.value)
        return part.isEmpty ? nil : (child.label.map { $0 + ":" } ?? "") + part
    }
    return "\(type(of: value))(" + parts.joined(separator: " ") + ")"
}
