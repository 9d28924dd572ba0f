// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

extension StepOperation {
    /// Why a step cannot begin that reads what nobody can tell; nil where everything that it reads is known.
    func unknownProblem(of step: StepNode) -> Diagnostic? {
        guard let unknown = Value.object(step.inputs).firstUnknown else { return nil }
        let records = host.records.present
        let missing = MissingThing(unknown.origin, in: program) { records[$0] != nil }
        let field = step.inputs.first { $0.value.containsUnknown }?.key
        let place = field.flatMap { program.evaluation.place(of: $0, in: step.address, of: run.workflow ?? "") }
        return missing.diagnostic("\(step.address) reads \(missing.origin)", at: [place ?? step.place], run.id)
    }
}

/// What an unknown value in a run comes from: a resource that is not there, or that does not have it.
struct MissingThing {
    /// What is unknown, such as `note.id`.
    let origin: String
    /// The resource that is not there; nil where it is, or where it is something else.
    private let resource: Address?

    init(_ origin: String, in program: Program, _ isThere: (Address) -> Bool) {
        let origin = Deferral.origin(in: .unknown(UnknownValue(origin: origin))) ?? origin
        self.origin = origin
        resource = program.resources.filter { $0.kindSchema != nil }.map(\.address).first { address in
            guard origin.hasPrefix(address.text), !isThere(address) else { return false }
            let rest = origin.utf8.dropFirst(address.text.utf8.count)
            return rest.first.map { $0 == UInt8(ascii: ".") } ?? true
        }
    }

    /// - Parameter reading: Who reads what: `step reads note.id`.
    func diagnostic(_ reading: String, at places: [SourcePlace], _ run: String) -> Diagnostic {
        let labels = places.map { DiagnosticLabel($0) }
        guard let resource else {
            return Diagnostic(
                .notApplied, "\(reading), and nobody has set that yet", labels: labels,
                help: ["resume \(run)    goes on once it is there"])
        }
        return Diagnostic(
            .notApplied, "\(reading), and \(resource) is not there", labels: labels,
            help: ["apply FILE    makes it; then: resume \(run)"])
    }
}
