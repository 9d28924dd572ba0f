// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// What versions of a function an alias leads to; one that was there before the first model is left out.
struct PublishedModels: Sendable {
    struct Model: Sendable {
        /// What Converge calls it: the model's name and version, or its digest.
        var version: String
        /// The version's number at Lambda.
        var number: String
        var mark: ModelMark
        /// In percent.
        var weight: Double
        var isHealthy: Bool
        /// When it was published; nil where Lambda does not tell.
        var since: Timestamp?

        var reference: Reference {
            Reference(
                type: "Model", resource: nil, name: mark.name,
                attributes: ["version": mark.number.map { .int($0) } ?? .null, "digest": .string(mark.digest)])
        }
    }

    /// The newest first.
    var models: [Model]
    /// What an update of the alias expects, so that nobody's is lost.
    var revision: String?

    var weights: [String: Double] {
        Dictionary(models.map { ($0.version, $0.weight) }, uniquingKeysWith: { first, _ in first })
    }

    /// What an alias has and what the function's versions are.
    init(alias: ObjectValue, versions: [ObjectValue]) {
        revision = alias["revision_id"]?.string
        var shares: [String: Double] = [:]
        for entry in alias["routing_config"]?.object?["additional_version_weights"]?.object ?? [:] {
            shares[entry.key] = (entry.value.number ?? 0) * 100
        }
        if let main = alias["function_version"]?.string { shares[main] = 100 - shares.values.reduce(0, +) }
        models = []
        for version in versions.reversed() {
            guard let number = version["version"]?.string, let share = shares[number],
                let mark = version["description"]?.string.flatMap(ModelMark.init)
            else { continue }
            var name = ServedModels.version(name: mark.name, number: mark.number, digest: mark.digest)
            if models.contains(where: { $0.version == name }) { name += "-" + number }
            models.append(
                Model(
                    version: name, number: number, mark: mark, weight: (share * 10_000).rounded() / 10_000,
                    isHealthy: version["state"]?.string != "Failed",
                    since: version["last_modified"]?.string.flatMap { WireText.time($0) }))
        }
    }

    /// Where an alias leads: one version, and another that gets a share.
    struct Route: Sendable, Equatable {
        var main: String
        var other: String?
        /// In percent.
        var share: Double = 0

        var parameters: ObjectValue {
            var others: ObjectValue = [:]
            // Lambda takes shares with no more than some digits behind the point.
            if let other { others[other] = .float((share * 10_000).rounded() / 1_000_000) }
            return [
                "function_version": .string(main),
                "routing_config": ["additional_version_weights": .object(others)]
            ]
        }

        /// Whether an alias leads there.
        func isThat(of alias: ObjectValue) -> Bool {
            let there = alias["routing_config"]?.object?["additional_version_weights"]?.object ?? [:]
            let wanted = parameters["routing_config"]?.object?["additional_version_weights"]?.object ?? [:]
            return alias["function_version"]?.string == main && there.count == wanted.count
                && wanted.allSatisfy { there[$0.key]?.number == $0.value.number }
        }
    }

    /// The way by which a version gets a share, beside the one that has the most. An alias leads to two at most: others are
    /// given up.
    func giving(_ weight: Double, to number: String) -> Route {
        let others = models.filter { $0.number != number }
        guard weight < 100, let rest = others.max(by: { $0.weight < $1.weight }), rest.weight > 0 else {
            return Route(main: number)
        }
        return Route(main: rest.number, other: number, share: weight)
    }
}

/// What the description of a version says of the model in it.
struct ModelMark: Sendable, Hashable {
    private static let word = "converge-model"
    /// Lambda takes descriptions of 256 characters.
    private static let longestName = 100

    /// Of the operation that published it.
    var token: String
    var digest: String
    /// In the registry; nil outside of one.
    var number: Int64?
    var name: String

    init(token: String, digest: String, number: Int64?, name: String) {
        self.token = token
        self.digest = digest
        self.number = number
        var name = name
        while name.utf16.count > Self.longestName { name.removeLast() }
        self.name = name
    }

    init?(_ text: String) {
        let words = text.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard words.count == 5, words[0] == Self.word else { return nil }
        self.init(token: words[1], digest: words[2], number: Int64(words[3]), name: words[4])
    }

    var text: String { "\(Self.word) \(token) \(digest) \(number.map(String.init) ?? "-") \(name)" }

    /// Whether it is the same model, whoever published it.
    func isModel(_ other: ModelMark) -> Bool { digest == other.digest && number == other.number && name == other.name }
}
