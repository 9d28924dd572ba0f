// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What an endpoint serves, the newest first; a placeholder that was there before the first model is left out.
struct ServedModels: Sendable {
    struct Model: Sendable {
        /// What Converge calls it: the model's name and version, or its digest.
        var version: String
        /// The variant's name at SageMaker. One of two, because scaling and alarms belong to a variant's name.
        var slot: String
        /// The name of the model at SageMaker.
        var modelName: String
        var name: String
        var digest: String
        /// In the registry; nil outside of one.
        var number: Int64?
        var weight: Double
        var machines: Int64

        var reference: Reference {
            Reference(
                type: "Model", resource: nil, name: name,
                attributes: ["version": number.map { .int($0) } ?? .null, "digest": .string(digest)])
        }
    }

    /// A variant of a new configuration.
    struct Variant: Sendable {
        var slot: String
        var modelName: String?
        var weight: Double
    }

    private static let slots = ["live", "next"]

    var models: [Model]
    /// When the configuration was made.
    var since: Timestamp

    private var sum: Double { models.reduce(0) { $0 + $1.weight } }

    /// In percent.
    func share(of model: Model) -> Double { sum > 0 ? model.weight * 100 / sum : 0 }

    var weights: [String: Double] {
        Dictionary(models.map { ($0.version, share(of: $0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// The shares where a version gets one; the others share the rest as they did.
    func giving(_ weight: Double, to version: String) -> [(slot: String, weight: Double)] {
        let rest = models.filter { $0.version != version }.reduce(0) { $0 + $1.weight }
        return models.map { model in
            if model.version == version { return (model.slot, rest > 0 ? weight : 100) }
            return (model.slot, rest > 0 ? model.weight * (100 - weight) / rest : 0)
        }
    }

    /// The variants of a configuration in which a new model gets a share. Those that get none are given up with their
    /// machines, and the new one takes a free name, that of the first wherever it can.
    func variants(beside modelName: String, weight: Double) -> [Variant] {
        let rest = models.reduce(0) { $0 + $1.weight }
        let share = rest > 0 ? weight : 100
        var variants: [Variant] = []
        if share < 100 {
            for model in models where model.weight > 0 {
                variants.append(
                    Variant(slot: model.slot, modelName: model.modelName, weight: model.weight * (100 - share) / rest))
            }
        }
        let taken = Set(variants.map(\.slot))
        let slot = Self.slots.first { !taken.contains($0) } ?? "next-\(variants.count)"
        variants.insert(Variant(slot: slot, modelName: modelName, weight: share), at: 0)
        return variants
    }

    /// The name and version of a model, or its digest.
    static func version(name: String, number: Int64?, digest: String) -> String {
        guard let number, !name.isEmpty else { return String(digest.prefix(12)) }
        return "\(name)@\(number)"
    }
}
