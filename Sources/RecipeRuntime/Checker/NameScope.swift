// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// What a name means at a place of the text.
enum Binding {
    /// A parameter, `let` or loop variable.
    case slot(SlotPlace)
    case definition(SlotPlace, DefinitionSignature)
    case resource(Int)
    case step(Int)
    case module(Int)
    case workflow
    case policy
    /// Declared, but so that nothing can be said of it; reported already.
    case poison
}

struct DefinitionSignature {
    var name: String
    var parameters: [(name: String, type: RecipeType)]
    var result: RecipeType
}

/// The names of one block.
///
/// Resources, steps and imports belong to the module or workflow around all blocks; parameters, `let`s and loop
/// variables to the block in which they stand.
final class NameScope {
    let parent: NameScope?
    let source: SourceText
    /// How many scopes with slots are around it in its module.
    let level: Int
    /// Where in the ladder of `if`s around it the block stands, outermost first.
    let branches: [Int]
    /// True inside a `for`.
    let isRepeated: Bool
    /// True for the body of a `for` or `if`.
    let isBlock: Bool
    /// True for the body of a `finally`.
    let isFinal: Bool
    var bindings: [String: (binding: Binding, range: SourceRange)] = [:]
    var slots: [SlotDraft] = []
    var definitions: [DefinitionDraft] = []
    /// The names that must be looked at in order, by position among all such of the module.
    var items: [String: Int] = [:]
    /// Names, or fields of names, of which an `if` around the block has said that they are not null.
    var narrowed: Set<String> = []

    struct SlotDraft {
        var code: SlotCode
        var type: RecipeType
    }

    struct DefinitionDraft {
        var signature: DefinitionSignature
        var code: DefinitionCode?
    }

    init(
        parent: NameScope?, source: SourceText, level: Int, branches: [Int] = [], isRepeated: Bool = false,
        isBlock: Bool = false, isFinal: Bool = false
    ) {
        self.parent = parent
        self.source = source
        self.level = level
        self.branches = branches
        self.isRepeated = isRepeated
        self.isBlock = isBlock
        self.isFinal = isFinal
    }

    func find(_ name: String) -> Binding? {
        var scope: NameScope? = self
        while let present = scope {
            if let found = present.bindings[name] { return found.binding }
            scope = present.parent
        }
        return nil
    }

    /// The item that a name stands for here.
    func item(_ name: String) -> Int? {
        var scope: NameScope? = self
        while let present = scope {
            if present.bindings[name] != nil { return present.items[name] }
            scope = present.parent
        }
        return nil
    }

    func scope(at level: Int) -> NameScope? {
        var scope: NameScope? = self
        while let present = scope, present.level != level { scope = present.parent }
        return scope
    }

    func isNarrowed(_ path: String) -> Bool {
        var scope: NameScope? = self
        while let present = scope {
            if present.narrowed.contains(path) { return true }
            scope = present.parent
        }
        return false
    }

    /// Adds a slot, its code and type still to be found.
    func addSlot(_ name: String, _ form: SlotCode.Form, _ type: RecipeType, _ range: SourceRange) -> SlotPlace {
        slots.append(SlotDraft(code: SlotCode(name: name, form: form, range: range), type: type))
        return SlotPlace(level: level, index: slots.count - 1)
    }

    func type(of place: SlotPlace) -> RecipeType {
        guard let owner = scope(at: place.level), owner.slots.indices.contains(place.index) else { return .poison }
        return owner.slots[place.index].type
    }

    var allNames: [String] {
        var names: [String] = []
        var scope: NameScope? = self
        while let present = scope {
            names += present.bindings.keys
            scope = present.parent
        }
        return names
    }

    func code() -> ScopeCode {
        ScopeCode(
            source: source, slots: slots.map(\.code), definitions: definitions.compactMap(\.code))
    }
}
