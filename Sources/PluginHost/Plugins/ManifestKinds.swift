// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
import Synchronization

/// The kinds of things of a manifest, each read when it is first asked for.
///
/// A plugin of a large platform has hundreds, of which a command needs a few; their names are known at once.
package final class ManifestKinds: Sendable {
    /// In the order of the manifest.
    package let names: [String]
    private let texts: [String: ArraySlice<UInt8>]
    private let read: Mutex<[String: Result<ResourceKindSchema, ManifestProblem>]>
    private let knownSensitive = Mutex<[ResourceKindSchema]?>(nil)

    /// Kinds that are known whole.
    package init(_ kinds: [ResourceKindSchema]) {
        names = kinds.map(\.name)
        texts = [:]
        read = Mutex(Dictionary(kinds.map { ($0.name, .success($0)) }, uniquingKeysWith: { first, _ in first }))
    }

    /// Kinds that stand in a manifest.
    init(names: [String], texts: [String: ArraySlice<UInt8>]) {
        self.names = names
        self.texts = texts
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
            let found = names.compactMap { name -> ResourceKindSchema? in
                if let text = texts[name], !text.withUnsafeBytes({ ByteSearch.holds("\"isSensitive\":true", in: $0) }) {
                    return nil
                }
                guard let kind = self[name], (kind.fields + kind.outputs).contains(where: \.isSensitive) else {
                    return nil
                }
                return kind
            }
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
            guard let text = texts[name] else { return nil }
            let result = Result { () throws(ManifestProblem) in try Self.kind(text) }
            read[name] = result
            return result
        }
    }

    private static func kind(_ text: ArraySlice<UInt8>) throws(ManifestProblem) -> ResourceKindSchema {
        let value: Value
        do throws(JSONError) { value = try Value(json: text) } catch {
            throw ManifestProblem(words: "a kind stops to be JSON: \(error.reason)")
        }
        guard let object = value.object else { throw ManifestProblem(words: "a kind should be an object") }
        return try ResourceKindSchema(manifest: ManifestObject(object))
    }
}

extension ManifestKinds: Hashable {
    package static func == (left: ManifestKinds, right: ManifestKinds) -> Bool {
        left === right || (left.names == right.names && left.all == right.all)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(names) }
}
