// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning
import RecipeSyntax

/// One evaluation with one knowledge of outputs; used by one thread and thrown away.
final class EvaluationSession {
    let library: ContractLibrary
    /// What is known of the resources.
    let resources: ResourceState
    /// The instances of the program; nil where only constants are evaluated.
    let program: ProgramInstance?
    /// The run that is evaluated; nil outside of workflows.
    var workflow: WorkflowInstance?
    /// The clock, where it may be read.
    var clock: RunClock?
    /// True while the program is built: values that are final may be kept.
    var isBuilding = false
    var reads = Reads()
    var locals: [Value] = []
    var base = 0
    /// The bytes of what was made so far (`ValueLimits`).
    var spent = 0
    private var depth = 0
    /// With the scope of each, so that no other takes its place in memory while the value is kept.
    private var memo: [SlotKey: (scope: ScopeInstance, value: Value, reads: Reads)] = [:]
    private var open: Set<SlotKey> = []
    private var openFields: Set<FieldKey> = []

    /// How deep values may need one another: far below what the stack holds.
    static let deepest = 400

    private struct SlotKey: Hashable {
        let scope: ObjectIdentifier
        let index: Int
    }

    private struct FieldKey: Hashable {
        let resource: ObjectIdentifier
        let name: String
    }

    init(library: ContractLibrary, program: ProgramInstance? = nil, resources: ResourceState = ResourceState()) {
        self.library = library
        self.program = program
        self.resources = resources
    }

    func failure(
        _ code: DiagnosticCode, _ message: String, at range: SourceRange, in scope: ScopeInstance,
        notes: [String] = [], help: [String] = []
    ) -> EvaluationError {
        .failed(Diagnostic(code, message, at: scope.code.source.place(range), notes: notes, help: help))
    }

    /// What a body gives, and what it read, kept apart from what is read around it.
    func recording<T>(_ body: () throws(EvaluationError) -> T) throws(EvaluationError) -> (T, Reads) {
        let outer = reads
        reads = Reads()
        defer { reads = outer }
        let result = try body()
        return (result, reads)
    }

    /// Evaluates in a frame of its own: the variables of the expression around are not those of the body.
    func inFrame<T>(_ variables: [Value] = [], _ body: () throws(EvaluationError) -> T) throws(EvaluationError) -> T {
        let (outerBase, count) = (base, locals.count)
        base = count
        locals += variables
        defer {
            locals.removeSubrange(count...)
            base = outerBase
        }
        return try body()
    }

    /// Goes one level deeper, up to a limit.
    func deeper<T>(
        _ range: @autoclosure () -> SourceRange, _ scope: ScopeInstance, _ body: () throws(EvaluationError) -> T
    ) throws(EvaluationError) -> T {
        guard depth < Self.deepest else {
            throw failure(.tooDeep, "values need one another more than \(Self.deepest) deep", at: range(), in: scope)
        }
        depth += 1
        defer { depth -= 1 }
        return try body()
    }

    /// Ends an evaluation whose task was cancelled; whoever did that looks at no result.
    func stopIfUnwanted() throws(EvaluationError) {
        if Task.isCancelled { throw .reported }
    }

    // MARK: Slots

    func slot(_ place: SlotPlace, _ from: ScopeInstance) throws(EvaluationError) -> Value {
        let scope = from.scope(at: place.level)
        guard scope.slots.indices.contains(place.index) else { return .null }
        if case .settled(let value, let found) = scope.slots[place.index] {
            reads.formUnion(found)
            return value
        }
        let key = SlotKey(scope: ObjectIdentifier(scope), index: place.index)
        if let known = memo[key] {
            reads.formUnion(known.reads)
            return known.value
        }
        let code = scope.code.slots[place.index]
        guard open.insert(key).inserted else {
            throw failure(.needsItself, "the value of '\(code.name)' needs itself", at: code.range, in: scope)
        }
        defer { open.remove(key) }
        let (value, found) = try deeper(code.range, scope) { () throws(EvaluationError) in
            try recording { () throws(EvaluationError) in
                try inFrame { () throws(EvaluationError) in
                    try limited(try compute(code, scope.slots[place.index], scope), code.range, scope)
                }
            }
        }
        reads.formUnion(found)
        if isBuilding, workflow == nil, !value.containsUnknown {
            scope.settle(place.index, value, found)
        } else {
            memo[key] = (scope, value, found)
        }
        return value
    }

    private func compute(
        _ code: SlotCode, _ slot: ScopeInstance.Slot, _ scope: ScopeInstance
    ) throws(EvaluationError) -> Value {
        switch slot {
        case .settled(let value, _): return value
        case .given(let field, let giver): return try evaluate(field.code, in: giver)
        case .item(let loop, let outer, let position):
            let collection = try evaluate(loop.collection, in: outer)
            guard case .list(let items) = collection, items.indices.contains(position) else {
                return .unknown(UnknownValue(origin: code.name))
            }
            return items[position]
        case .own: break
        }
        switch code.form {
        case .binding(let code): return try evaluate(code, in: scope)
        case .parameter(let parameter):
            guard let value = parameter.defaultValue else { return parameter.contract.schema.defaultValue ?? .null }
            return try evaluate(value, in: scope)
        case .variable: return .null
        }
    }

    /// Keeps a field of a resource from being evaluated while it is evaluated.
    func evaluatingField<T>(
        _ name: String, of resource: ResourceInstance, _ body: () throws(EvaluationError) -> T
    ) throws(EvaluationError) -> T {
        let key = FieldKey(resource: ObjectIdentifier(resource), name: name)
        guard openFields.insert(key).inserted else {
            throw failure(
                .needsItself, "'\(name)' of \(resource.address) needs itself", at: resource.code.nameRange,
                in: resource.scope)
        }
        defer { openFields.remove(key) }
        return try deeper(resource.code.nameRange, resource.scope, body)
    }
}
