// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A call as a table describes it: what it is given beside a thing's fields, when it is made, and what goes with it.
final class CallEntry: Sendable {
    let operation: String
    /// The service where it is not the kind's own.
    let service: String?
    /// What it is given beside the fields, with paths into the scope.
    let parameters: ObjectValue
    /// The fields that its parameters place themselves, so that they are not placed by their names as well.
    let placed: Set<String>
    /// The path in its input below which fields are put; empty for the top.
    let under: String
    /// Further parameters under a condition.
    let also: [(condition: Condition, parameters: ObjectValue)]
    let condition: Condition
    /// Failures after which it is given again for some minutes, since AWS sees late what it has.
    let retry: [FailureRule]
    /// Failures that say that what it is for is not there, which is fine.
    let absent: [FailureRule]
    /// Makes it once for each of several items.
    let each: EachEntry?
    /// What the thing must show after the call before anything else is done.
    let wait: WaitEntry?
    /// Where an answer that is no failure lists what failed.
    let failures: PartialFailures?
    let before: [CallEntry]
    let after: [CallEntry]

    /// - Parameter withoutEach: True where `each` of the table means something else.
    init(_ table: TableReader, withoutEach: Bool = false) throws(CallError) {
        operation = try table.text("op")
        service = try table.optionalText("service")
        parameters = try table.object("params")
        placed = Scope.fields(placedBy: .object(parameters))
        under = try table.optionalText("under") ?? ""
        var also: [(Condition, ObjectValue)] = []
        for reader in try table.readers("also") {
            also.append((Condition(try reader.object("when")), try reader.object("params")))
        }
        self.also = also
        condition = Condition(try table.object("when"))
        retry = try table.texts("retry").map(FailureRule.init)
        absent = try table.texts("absent").map(FailureRule.init)
        each = withoutEach ? nil : try EachEntry(table)
        wait = if let reader = try table.reader("wait") { try WaitEntry(reader) } else { nil }
        failures = if let reader = try table.reader("failures") { try PartialFailures(reader) } else { nil }
        before = try Self.steps("before", of: table)
        after = try Self.steps("after", of: table)
    }

    private static func steps(_ key: String, of table: TableReader) throws(CallError) -> [CallEntry] {
        var steps: [CallEntry] = []
        for reader in try table.readers(key) { steps.append(try CallEntry(reader)) }
        return steps
    }

    /// The names of the scope that its own parameters read.
    var names: Set<String> {
        Scope.names(in: .object(parameters)).union(also.flatMap { Scope.names(in: .object($0.parameters)) })
    }

    /// The call's own parameters in a scope.
    func parameters(in scope: Scope) -> ObjectValue {
        var filled = scope.expand(parameters)
        for more in also where more.condition.holds(in: scope) {
            filled = filled.merging(scope.expand(more.parameters))
        }
        return filled
    }

    /// The path of a field's place in the input.
    func place(_ path: String) -> String { under.isEmpty ? path : "\(under).\(path)" }
}

/// Where an answer lists what failed of several things.
struct PartialFailures: Sendable {
    let items: String
    let code: String
    let message: String

    init(_ table: TableReader) throws(CallError) {
        items = try table.text("items")
        code = try table.optionalText("code") ?? "code"
        message = try table.optionalText("message") ?? "message"
    }

    /// The first failure: its code and message.
    func first(in answer: ObjectValue) -> (code: String, message: String)? {
        guard let item = ValuePath(items).pick(from: .object(answer))?.list?.first else { return nil }
        return (
            ValuePath(code).pick(from: item)?.plainText ?? "Failure",
            ValuePath(message).pick(from: item)?.plainText ?? ""
        )
    }
}

/// What must hold for a call to be made.
struct Condition: Sendable {
    private let tests: ObjectValue

    init(_ tests: ObjectValue) { self.tests = tests }

    var isEmpty: Bool { tests.isEmpty }

    /// True where it holds for a field that is given up.
    func isForNull(_ name: String) -> Bool { tests[name]?.isNull ?? false }

    func holds(in scope: Scope) -> Bool {
        tests.allSatisfy { test in holds(scope.value(of: test.key) ?? .null, test.value, scope) }
    }

    private func holds(_ value: Value, _ wanted: Value, _ scope: Scope) -> Bool {
        if let object = wanted.object {
            if let other = object["not"] { return !holds(value, other, scope) }
            if let limit = object["above"] { return compare(value, limit, scope, >) }
            if let limit = object["below"] { return compare(value, limit, scope, <) }
        }
        if let choices = wanted.list, choices.isEmpty { return value.isNull || value.list?.isEmpty ?? false }
        if let choices = wanted.list { return choices.contains { holds(value, $0, scope) } }
        let wanted = scope.expand(wanted) ?? .null
        return value == wanted || value.isSameText(as: wanted)
    }

    private func compare(
        _ value: Value, _ limit: Value, _ scope: Scope, _ isRight: (Double, Double) -> Bool
    ) -> Bool {
        guard let left = value.number, let right = scope.expand(limit)?.number else { return false }
        return isRight(left, right)
    }
}

/// Over what a call is repeated.
struct EachEntry: Sendable {
    enum Source: Sendable {
        /// A list in the scope.
        case path(String)
        /// What another call lists.
        case call(CallEntry, items: [String])
    }

    let source: Source
    /// Only items that are so.
    let filter: ObjectValue
    /// How many items one call takes; nil for one.
    let batch: Int?
    /// The members of an item that are kept; empty for all.
    let pick: [String]

    init?(_ table: TableReader) throws(CallError) {
        guard let value = table.value("each"), !value.isNull else { return nil }
        if let path = value.string {
            source = .path(String(path.dropFirst()))
            (filter, batch, pick) = ([:], nil, [])
            return
        }
        guard let reader = try table.reader("each") else { return nil }
        let items = reader.value("items")?.string.map { [$0] } ?? reader.value("items")?.list?.compactMap(\.string)
        source = .call(try CallEntry(reader), items: items ?? ["@"])
        filter = try reader.object("where")
        batch = reader.value("batch")?.int.map { Int($0) }
        pick = try reader.texts("pick")
    }
}

/// A failure by its code, and where the code says too little by a part of its message: `ValidationException:not find`.
struct FailureRule: Sendable {
    let code: String
    let part: String?

    init(_ text: String) {
        let halves = text.split(separator: ":", maxSplits: 1).map(String.init)
        code = halves.first ?? text
        part = halves.count > 1 ? halves[1] : nil
    }

    func matches(_ failure: AWSFailure) -> Bool {
        guard failure.isOne(of: [code]) else { return false }
        guard let part else { return true }
        return (failure.answer?.message ?? "").lowercased().contains(part.lowercased())
    }
}

extension [FailureRule] {
    func match(_ failure: AWSFailure) -> Bool { contains { $0.matches(failure) } }
}

/// A state that a thing must show.
struct WaitEntry: Sendable {
    /// Below the read's result.
    let path: String
    let values: [Value]
    let failed: [Value]
    let reason: String?
    let timeout: Duration

    init(_ table: TableReader) throws(CallError) {
        path = try table.text("path")
        values = table.value("values")?.list ?? []
        failed = table.value("failed")?.list ?? []
        reason = try table.optionalText("reason")
        timeout = .seconds(table.value("timeout")?.int ?? 1800)
    }
}
