// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What the engine asks of an operation's input.
struct OperationShape: Sendable {
    let model: ServiceModel
    private let operation: Operation

    init(service: String, operation: String) throws(CallError) {
        do throws(ModelFault) { model = try ServiceModel.named(service) } catch {
            throw CallError(.failed, "there is no model of the service '\(service)'")
        }
        guard let found = model.operations[operation] else {
            throw CallError(.failed, "the model of '\(service)' has no operation '\(operation)'")
        }
        self.operation = found
    }

    /// True where the input has a place of that path.
    func takes(_ path: String) -> Bool { type(of: path) != nil }

    /// True where bytes go to the place.
    func takesBytes(_ path: String) -> Bool { type(of: path) == .blob }

    /// The type of what stands at a path, which may leave the places in lists out.
    func type(of path: String) -> ShapeType? {
        var parent = CompoundShape.structure(operation.input)
        var type: ShapeType?
        for part in path.split(whereSeparator: { ".[".contains($0) }) where !part.hasSuffix("]") {
            while case .list(let list) = parent {
                guard case .compound(let place) = list.of else { return nil }
                parent = model.compound(place)
            }
            switch parent {
            case .structure(let structure): type = structure.member(String(part))?.type
            case .map(let map): type = map.value
            case .list: type = nil
            }
            guard let found = type else { return nil }
            parent = if case .compound(let place) = found { model.compound(place) } else { .structure(.empty) }
        }
        return type
    }
}
