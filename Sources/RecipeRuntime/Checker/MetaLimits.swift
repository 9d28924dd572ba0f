// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What the values of meta fields of steps must be: at check where the text tells them, else once they are known.
enum MetaLimits {
    struct Breach {
        var message: String
        var help: [String] = []
    }

    /// - Parameter value: Of the field; what is unknown in it breaks nothing.
    static func breach(of field: String, _ value: Value) -> Breach? {
        switch (field, value) {
        case ("timeout", .duration(let limit)) where limit <= .zero:
            Breach(message: "'@timeout' is longer than nothing")
        case ("cache", .duration(let age)) where age <= .zero:
            Breach(
                message: "the age in '@cache' is longer than nothing",
                help: ["@cache: false    always executes the step"])
        case ("concurrency", .object(let object)): concurrency(object)
        case ("rate", .object(let object)): rate(object)
        case ("retry", .object(let object)): retry(object)
        default: nil
        }
    }

    private static let limits = Int64(1)...1_000_000

    private static func concurrency(_ object: ObjectValue) -> Breach? {
        if object["group"]?.string?.isEmpty == true { return Breach(message: "the group of '@concurrency' has a name") }
        guard let limit = object["limit"]?.int, !limits.contains(limit) else { return nil }
        return Breach(message: "'limit' of '@concurrency' is from 1 to 1000000")
    }

    private static func rate(_ object: ObjectValue) -> Breach? {
        let isRight =
            object["group"]?.string?.isEmpty != true && object["limit"]?.int.map(limits.contains) != false
            && object["per"]?.duration.map { $0 > .zero } != false
        return isRight
            ? nil : Breach(message: "'@rate' has a group, a limit from 1 to 1000000 and a time longer than nothing")
    }

    private static func retry(_ object: ObjectValue) -> Breach? {
        if let attempts = object["attempts"]?.int, !(1...1000).contains(attempts) {
            return Breach(message: "'attempts' is from 1 to 1000")
        }
        if let backoff = object["backoff"]?.duration, backoff < .zero {
            return Breach(message: "'backoff' is not negative")
        }
        let words =
            switch object["on"] {
            case .string(let word)?: [word]
            case .list(let items)?: items.compactMap(\.string)
            default: [String]()
            }
        let isKnown = words.allSatisfy { $0 == "any" || $0 == "transient" || $0.isDiagnosticCode }
        return isKnown
            ? nil
            : Breach(message: "'on' of '@retry' takes \"transient\", \"any\" or codes such as \"C0429\"")
    }
}

extension String {
    /// A letter and four digits.
    fileprivate var isDiagnosticCode: Bool {
        utf8.count == 5 && (first?.isLetter ?? false) && dropFirst().allSatisfy(\.isNumber)
    }
}

extension ModuleChecker {
    /// Tells of a meta field whose content the text alone shows to be wrong.
    func checkLimits(_ field: String, _ code: Code, at range: SourceRange) {
        guard let breach = MetaLimits.breach(of: field, code.toldWithEntries) else { return }
        report(.metaMisused, breach.message, at: range, help: breach.help)
    }
}

extension Code {
    /// What the text tells, of an object its entries as far as it tells them.
    var toldWithEntries: Value { toldEntries.map { .object($0) } ?? told }

    /// The entries of an object whose names the text tells; nil for anything else.
    var toldEntries: ObjectValue? {
        switch self {
        case .constant(.object(let object)): return object
        case .convert(let conversion): return conversion.code.toldEntries
        case .object(let entries):
            var object = ObjectValue()
            for entry in entries {
                guard case .name(let name) = entry.key else { return nil }
                object[name] = entry.value.told
            }
            return object
        default: return nil
        }
    }
}
