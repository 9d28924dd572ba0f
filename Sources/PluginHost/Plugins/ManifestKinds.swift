// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Synchronization

/// The kinds of things of a manifest, each read when it is first asked for.
///
/// A plugin of a large platform has hundreds, of which a command needs a few; their names are known at once.
package final class ManifestKinds: Sendable {
    /// In the order of the manifest.
    package let names: [String]
    private let parts: [String: ManifestPart]
    /// Of those that stand in a manifest, the ones with a field or output that is sensitive.
    private let sensitiveNames: Set<String>
    private let read: Mutex<[String: Result<ResourceKindSchema, ManifestProblem>]>
    private let knownSensitive = Mutex<[ResourceKindSchema]?>(nil)

    /// Kinds that are known whole.
    package init(_ kinds: [ResourceKindSchema]) {
        names = kinds.map(\.name)
        parts = [:]
        sensitiveNames = Set(kinds.filter(\.hasSensitive).map(\.name))
        read = Mutex(Dictionary(kinds.map { ($0.name, .success($0)) }, uniquingKeysWith: { first, _ in first }))
    }

    /// Kinds that stand in a manifest.
    init(_ parts: [ManifestPart], sensitive: Set<String>) {
        names = parts.map(\.name)
        self.parts = Dictionary(parts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        sensitiveNames = sensitive
        read = Mutex([:])
    }

    package var count: Int { names.count }

    /// The kind of that name; nil where the manifest has none, or one that cannot be read: see `problems`.
    package subscript(name: String) -> ResourceKindSchema? {
        switch result(name) {
        case .success(let kind): kind
        default: nil
        }
    }

    /// Every kind, in the order of the manifest.
    package var all: [ResourceKindSchema] { names.compactMap { self[$0] } }

    /// The kinds with a field or output that is sensitive; the others are not read for it. They are looked for once, since
    /// every call to a platform asks for them.
    package var sensitive: [ResourceKindSchema] {
        knownSensitive.withLock { known in
            if let known { return known }
            let found = names.filter(sensitiveNames.contains).compactMap { self[$0] }
            known = found
            return found
        }
    }

    /// What is wrong with kinds that cannot be read.
    var problems: [ManifestProblem] {
        names.compactMap { name in
            if case .failure(let problem)? = result(name) { problem } else { nil }
        }
    }

    private func result(_ name: String) -> Result<ResourceKindSchema, ManifestProblem>? {
        read.withLock { read in
            if let known = read[name] { return known }
            guard let part = parts[name] else { return nil }
            let result = Result { () throws(ManifestProblem) in
                try ResourceKindSchema(manifest: try part.object(named: "name"))
            }
            read[name] = result
            return result
        }
    }
}

extension ResourceKindSchema {
    /// True with a field or output that is sensitive.
    var hasSensitive: Bool { (fields + outputs).contains(where: \.isSensitive) }
}
