// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ContractLibrary {
    /// The type that is written, or the part of it that nothing declares.
    func type(_ written: TypeExpression) -> Result<RecipeType, UnknownType> {
        let type: RecipeType
        let name = written.name.text
        switch (name, written.arguments.count) {
        case ("List", 1), ("Map", 1), ("Secret", 1):
            switch self.type(written.arguments[0]) {
            case .failure(let unknown): return .failure(unknown)
            case .success(let inner):
                type = name == "List" ? .list(inner) : name == "Map" ? .map(inner) : .secret(inner)
            }
        case ("List", _), ("Map", _), ("Secret", _):
            return .failure(UnknownType(written: written, reason: .argumentCount(1)))
        case (_, 1...):
            return .failure(UnknownType(written: written, reason: .argumentCount(0)))
        default:
            if !name.utf8.contains(UInt8(ascii: ".")), let simple = ValueType(name), !simple.isNamed {
                type = RecipeType(simple, self)
            } else if let found = self.type(named: name) {
                type = found
            } else {
                return .failure(UnknownType(written: written, reason: .name))
            }
        }
        return .success(written.isOptional ? type.orNull : type)
    }

    /// The type that is written, with any type for what nothing declares: the checker of the text tells that.
    func lenientType(_ written: TypeExpression) -> RecipeType {
        if case .success(let type) = type(written) { type } else { .poison }
    }
}

/// A written type that means nothing.
struct UnknownType: Error {
    enum Reason {
        case name
        case argumentCount(Int)
    }

    let written: TypeExpression
    let reason: Reason
}

extension ValueType {
    var isNamed: Bool { if case .named = self { true } else { false } }
}
