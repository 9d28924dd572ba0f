// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// A way into an answer: `a.b`, `a[-1].c`, `a[].b`, and alternatives behind `||`.
struct AnswerPath {
    private enum Step {
        case key(String)
        case index(Int)
        case all
    }

    private let alternatives: [[Step]]

    init(_ text: String) {
        alternatives = text.split(separator: "|").map { String($0).trimmed }.filter { !$0.isEmpty }
            .map { Self.steps($0) }
    }

    private static func steps(_ text: String) -> [Step] {
        text.split(separator: ".").flatMap { part -> [Step] in
            var steps: [Step] = []
            let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
            if let key = pieces.first, !key.isEmpty { steps.append(.key(String(key))) }
            for piece in pieces.dropFirst() {
                let inside = piece.dropLast()
                steps.append(Int(inside).map { .index($0) } ?? .all)
            }
            return steps
        }
    }

    /// The first alternative that is there.
    func value(in answer: ObjectValue) -> Value? {
        alternatives.lazy.compactMap { Self.value($0[...], .object(answer)) }.first { !$0.isNull && $0 != .string("") }
    }

    private static func value(_ steps: ArraySlice<Step>, _ value: Value) -> Value? {
        guard let step = steps.first else { return value }
        switch step {
        case .key(let key): return value.object?[key].flatMap { Self.value(steps.dropFirst(), $0) }
        case .index(let index):
            guard let list = value.list else { return nil }
            let place = index < 0 ? list.count + index : index
            return list.indices.contains(place) ? Self.value(steps.dropFirst(), list[place]) : nil
        case .all:
            guard let list = value.list else { return nil }
            return .list(
                list.flatMap { item -> [Value] in
                    guard let inner = Self.value(steps.dropFirst(), item) else { return [] }
                    return inner.list ?? [inner]
                })
        }
    }
}
