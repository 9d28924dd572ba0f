// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The fields of a step, read as Swift types.
///
/// The host has checked the types already; a value of another type is refused rather than trusted, because steps also
/// come from other hosts and older journals.
struct StepFields {
    let kind: String
    let inputs: ObjectValue

    init(_ request: StepRequest) {
        kind = request.kind
        inputs = request.inputs
    }

    /// The value of a field; null where it is absent.
    func value(_ name: String) -> Value { inputs[name] ?? .null }

    func text(_ name: String) throws(CallError) -> String {
        guard let text = try optionalText(name) else { throw wrong(name, "text") }
        return text
    }

    func optionalText(_ name: String) throws(CallError) -> String? {
        let value = value(name)
        return value.isNull ? nil : try PlainText.render(value)
    }

    func flag(_ name: String) throws(CallError) -> Bool {
        guard let flag = value(name).bool else { throw wrong(name, "true or false") }
        return flag
    }

    func percent(_ name: String) throws(CallError) -> Double {
        guard let share = value(name).percent else { throw wrong(name, "a percentage") }
        return share
    }

    func duration(_ name: String) throws(CallError) -> Duration {
        guard let duration = value(name).duration else { throw wrong(name, "a duration") }
        return duration
    }

    /// A list of texts; empty where the field is absent.
    func texts(_ name: String) throws(CallError) -> [String] {
        if value(name).isNull { return [] }
        guard let items = value(name).list else { throw wrong(name, "a list") }
        var texts: [String] = []
        for item in items { texts.append(try PlainText.render(item)) }
        return texts
    }

    /// An object; empty where the field is absent.
    func object(_ name: String) throws(CallError) -> ObjectValue {
        if value(name).isNull { return [:] }
        guard let object = value(name).object else { throw wrong(name, "an object") }
        return object
    }

    /// A map of numbers, in the order in which it was written.
    func numbers(_ name: String) throws(CallError) -> [(name: String, value: Double)] {
        var numbers: [(name: String, value: Double)] = []
        for entry in try object(name) {
            guard let number = entry.value.number else { throw wrong("\(name).\(entry.key)", "a number") }
            numbers.append((entry.key, number))
        }
        return numbers
    }

    func reference(_ name: String) throws(CallError) -> Reference {
        guard let reference = value(name).reference else { throw wrong(name, "a reference") }
        return reference
    }

    func optionalReference(_ name: String) throws(CallError) -> Reference? {
        value(name).isNull ? nil : try reference(name)
    }

    private func wrong(_ name: String, _ wanted: String) -> CallError {
        CallError(
            .invalid, "the field '\(name)' of \(kind) needs \(wanted), not \(value(name).typeName)",
            help: ["explain \(kind)"])
    }
}
