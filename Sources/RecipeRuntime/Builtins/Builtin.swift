// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// A function of the language.
struct Builtin: Sendable {
    let schema: FunctionSchema
    /// Reads the clock: only in a parameter's default.
    var isClock = false
    /// Looks at the outermost form of its arguments only, so that parts of them may be unknown.
    var isShallow = false
    /// Hands secrets on without looking at them.
    var passesSecrets = false
    /// The position of the parameter that takes a function of one item.
    var functionParameter: Int?
    /// What that function must give; nil for anything.
    var functionResult: RecipeType?
    /// The type of the result for arguments of these types.
    let result: @Sendable ([RecipeType]) -> RecipeType
    let evaluate: @Sendable (BuiltinCall) throws(EvaluationError) -> Value
}

/// One call of a function of the language.
struct BuiltinCall {
    /// In the order of the parameters, defaults filled in, those of a variadic one at the end; null for a function.
    let arguments: [Value]
    let clock: RunClock?
    let files: RecipeFiles
    let hasFunction: Bool
    /// The function's result for an item; the item itself where no function was given.
    let apply: (Value) throws(EvaluationError) -> Value
    /// Counts bytes that the result will take, before it is made.
    let spend: (Int) throws(EvaluationError) -> Void
    let fail: (String) -> EvaluationError

    func list(_ position: Int) throws(EvaluationError) -> [Value] {
        guard let list = arguments[position].list else {
            throw fail("a list is needed, and this is \(arguments[position].phrase)")
        }
        return list
    }

    func text(_ position: Int) throws(EvaluationError) -> String {
        guard let text = arguments[position].string else {
            throw fail("a String is needed, and this is \(arguments[position].phrase)")
        }
        return text
    }

    func object(_ position: Int) throws(EvaluationError) -> ObjectValue {
        guard let object = arguments[position].object else {
            throw fail("an object is needed, and this is \(arguments[position].phrase)")
        }
        return object
    }

    func int(_ position: Int) throws(EvaluationError) -> Int64 {
        guard let number = arguments[position].int else {
            throw fail("an Int is needed, and this is \(arguments[position].phrase)")
        }
        return number
    }
}
