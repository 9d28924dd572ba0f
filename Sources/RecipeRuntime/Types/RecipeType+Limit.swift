// SPDX-License-Identifier: Apache-2.0

extension RecipeType {
    /// How many parts the type of a value may have, and how deep they may lie in one another: more than any recipe that
    /// was written by somebody needs, and few enough to be looked at again and again.
    private static let limits = (parts: 5_000, depth: 48)

    /// The type, or its outermost form alone where it has too many parts: `let b = { x: a, y: a }` doubles them.
    var limited: RecipeType {
        var left = Self.limits.parts
        if fits(&left, Self.limits.depth) { return self }
        switch self {
        case .record: return .object
        case .list: return .list(.any)
        case .map: return .map(.any)
        case .optional(let inner): return inner.limited.orNull
        default: return .any
        }
    }

    private func fits(_ left: inout Int, _ depth: Int) -> Bool {
        left -= 1
        if left < 0 || depth == 0 { return false }
        switch self {
        case .record(let fields):
            for type in fields.values where !type.fits(&left, depth - 1) { return false }
            return true
        case .either(let types):
            for type in types where !type.fits(&left, depth - 1) { return false }
            return true
        case .list(let inner), .map(let inner), .secret(let inner), .optional(let inner), .function(let inner):
            return inner.fits(&left, depth - 1)
        default: return true
        }
    }
}
