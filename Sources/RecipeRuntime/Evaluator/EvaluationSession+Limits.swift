// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// How much a recipe's values may take: a few lines can double a text or a list until no memory holds it.
enum ValueLimits {
    /// The bytes of one value, with what it holds counted as often as it is in it.
    static let value = 64 << 20
    /// The bytes of all texts, lists and objects that one evaluation makes.
    static let total = 512 << 20
    /// How deep lists and objects may lie in one another.
    static let depth = 200
    /// What an item of a list, or an entry of an object, takes besides its own text.
    static let item = 32
}

extension EvaluationSession {
    /// Counts bytes that are about to be taken.
    func spend(
        _ bytes: Int, _ range: @autoclosure () -> SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) {
        spent += bytes
        if bytes > ValueLimits.value { throw tooLarge(range(), scope) }
        guard spent <= ValueLimits.total else {
            throw failure(
                .tooLarge, "the values of this evaluation take more than \(ValueLimits.total >> 20) MiB together",
                at: range(), in: scope, help: ["keep data in files or tables, and let steps work on them"])
        }
    }

    /// A value that was made here, if it is of a size that can be worked with.
    func limited(
        _ value: Value, _ range: @autoclosure () -> SourceRange, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        switch value {
        case .string(let text): try spend(text.utf8.count, range(), scope)
        case .list, .object, .template, .reference:
            let outermost = value.list?.count ?? value.object?.count ?? value.template?.parts.count ?? 0
            try spend(outermost * ValueLimits.item, range(), scope)
            var left = ValueLimits.value
            guard value.fits(&left, ValueLimits.depth) else {
                if left < 0 { throw tooLarge(range(), scope) }
                throw failure(
                    .tooLarge, "this value lies more than \(ValueLimits.depth) deep in lists and objects", at: range(),
                    in: scope)
            }
        default: break
        }
        return value
    }

    func tooLarge(_ range: SourceRange, _ scope: ScopeInstance) -> EvaluationError {
        failure(
            .tooLarge, "this value takes more than \(ValueLimits.value >> 20) MiB", at: range, in: scope,
            help: ["keep data in files or tables, and let steps work on them"])
    }
}

extension Value {
    /// Whether the value, with what it holds, takes no more bytes than are left, and lies no deeper.
    fileprivate func fits(_ left: inout Int, _ depth: Int) -> Bool {
        left -= ValueLimits.item
        if left < 0 || depth == 0 { return false }
        switch self {
        case .string(let text):
            left -= text.utf8.count
            return left >= 0
        case .list(let items):
            for item in items where !item.fits(&left, depth - 1) { return false }
        case .object(let object):
            for entry in object {
                left -= entry.key.utf8.count
                if !entry.value.fits(&left, depth - 1) { return false }
            }
        case .template(let template):
            for part in template.parts {
                switch part {
                case .text(let text): left -= text.utf8.count
                case .hole(let value): if !value.fits(&left, depth - 1) { return false }
                }
                if left < 0 { return false }
            }
        case .reference(let reference):
            for entry in reference.attributes where !entry.value.fits(&left, depth - 1) { return false }
        default: break
        }
        return true
    }
}
