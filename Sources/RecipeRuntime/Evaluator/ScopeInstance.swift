// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// One block with values: a module that was given arguments, a turn of a loop.
///
/// Slots are settled (`settle`) only while a program is built, by one thread; afterwards the instance is only read.
/// That is why it may be shared: `@unchecked` says no more than this.
final class ScopeInstance: @unchecked Sendable {
    let code: ScopeCode
    let parent: ScopeInstance?
    let level: Int
    /// Whose resources the names in the block mean; nil for constants only.
    ///
    /// The program holds all modules, and no scope is evaluated without its program.
    private(set) unowned var module: ModuleInstance?
    private(set) var slots: [Slot]

    /// Where the value of a slot comes from.
    enum Slot: Sendable {
        /// From the slot's own code.
        case own
        /// From an expression of another scope.
        case given(FieldCode, ScopeInstance)
        /// It is final.
        case settled(Value, Reads)
        /// An item of a loop's collection that is not whole yet.
        case item(LoopCode, ScopeInstance, position: Int)
    }

    init(_ code: ScopeCode, parent: ScopeInstance?, module: ModuleInstance?, slots: [Slot]? = nil) {
        self.code = code
        self.parent = parent
        self.module = module
        level = parent.map { $0.level + 1 } ?? 0
        self.slots = slots ?? [Slot](repeating: .own, count: code.slots.count)
    }

    /// A scope without names.
    convenience init(constantsOf source: SourceText) {
        self.init(ScopeCode(source: source, slots: []), parent: nil, module: nil)
    }

    func settle(_ index: Int, _ value: Value, _ reads: Reads) { slots[index] = .settled(value, reads) }

    /// Binds the scope of a module's parameters to the module that is made with it.
    func belongs(to module: ModuleInstance) { self.module = module }

    func scope(at level: Int) -> ScopeInstance {
        var scope = self
        while scope.level > level, let parent = scope.parent { scope = parent }
        return scope
    }
}
