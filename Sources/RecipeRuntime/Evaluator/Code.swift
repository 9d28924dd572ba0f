// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

/// An expression after checking: names are places, literals are values, conversions stand where they happen.
///
/// Evaluating it looks nothing up by name but fields.
indirect enum Code: Sendable {
    case constant(Value)
    /// Stands for what was reported; nothing that holds it is evaluated.
    case invalid
    /// A variable of the expression itself: of a lambda, a comprehension or a `def`.
    case local(Int)
    /// A parameter, `let` or loop variable of an enclosing scope.
    case slot(SlotPlace)
    /// A resource of the module, by its position among the declarations: a reference, or an object of them by key.
    case resource(Int)
    /// A step of the workflow, by its position; only as the base of a path.
    case step(Int)
    /// An imported module, by its position; only as the base of a path.
    case module(Int)
    /// What the last run of a workflow gave; only in what a test expects.
    case runOutputs(String, SourceRange)
    case lookup(LookupCode)
    case path(base: Code, steps: [PathStep])
    case text(TextCode)
    case list([Code])
    case object([ObjectEntryCode])
    case listComprehension(ComprehensionCode, element: Code)
    case objectComprehension(ComprehensionCode, key: Code, value: Code)
    case builtin(Builtin, [Code], SourceRange)
    case pluginFunction(VocabularyFunction, [Code], SourceRange)
    case definition(SlotPlace, [Code])
    case secret(SecretReference)
    case not(Code, SourceRange)
    case negate(Code, SourceRange)
    /// `a - b + c`, from the left.
    case arithmetic(first: Code, rest: [ArithmeticStep])
    case comparison(BinaryOperator, Code, Code, SourceRange)
    /// `and` or `or` over all its operands.
    case logical(isAnd: Bool, [Code], SourceRange)
    /// The first operand that is not null.
    case coalesce([Code])
    case conditional(Code, Code, Code, SourceRange)
    case lambda(local: Int, body: Code)
    case convert(ConversionCode)

    var constant: Value? { if case .constant(let value) = self { value } else { nil } }
}

/// Where a slot lies: how many scopes below the outermost of its module, and its position there.
struct SlotPlace: Sendable, Hashable {
    var level: Int
    var index: Int
}

/// One `.name`, `?.name` or `[index]`.
struct PathStep: Sendable {
    enum Form: Sendable {
        case member(String)
        case index(Code)
    }

    var form: Form
    /// What is absent or null gives null instead of an error.
    var isOptional: Bool
    var range: SourceRange
}

/// A string with holes and the meaning that its text has.
struct TextCode: Sendable {
    /// How a hole is written.
    enum Form: Sendable {
        /// As it reads; the text is put together at once.
        case plain
        /// Escaped; the text is put together at once.
        case html
        /// Kept as a template: whoever executes it knows the dialect.
        case template
    }

    enum Part: Sendable {
        case text(String)
        /// - Parameter isSpliced: It has the meaning of the text around it, and is part of it.
        case hole(Code, isSpliced: Bool)
    }

    var form: Form
    var parts: [Part]
    var range: SourceRange
}

struct ObjectEntryCode: Sendable {
    enum Key: Sendable {
        case name(String)
        case computed(Code, SourceRange)
    }

    var key: Key
    var value: Code
}

/// The clause `for variable in collection if condition`.
struct ComprehensionCode: Sendable {
    var local: Int
    var collection: Code
    var condition: Code?
    var range: SourceRange
}

struct ArithmeticStep: Sendable {
    var op: BinaryOperator
    var operand: Code
    var range: SourceRange
}

/// A place where a value becomes one of another type, or is looked at because nobody could tell before.
struct ConversionCode: Sendable {
    var code: Code
    var type: RecipeType
    /// The only values allowed, or empty.
    var allowed: [Value]
    /// What is given: `'retention' of DataLakeStorage`.
    var subject: String
    var range: SourceRange
}
