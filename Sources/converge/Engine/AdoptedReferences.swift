// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The texts that name things, and how a recipe reads them: references instead of literal ids.
struct AdoptedReferences {
    private struct Source {
        let name: String
        let output: String
    }

    /// Nil where several things have the text, so that it names none.
    private var sources: [String: Source?] = [:]
    /// What each declaration reads of others.
    private var reads: [String: Set<String>] = [:]

    /// Shorter texts than this are words, such as a state, unless they are the platform's own name of a thing.
    private static let shortest = 8

    /// Takes the outputs that name the thing: they stay the same as long as it lives.
    mutating func add(outputs: ObjectValue, of kind: ResourceKindSchema, id: String, as name: String) {
        for output in kind.outputs where output.change == .replaces && !output.isSensitive {
            guard let text = outputs[output.name]?.string, text == id || text.utf8.count >= Self.shortest else {
                continue
            }
            if let known = sources[text] {
                if known?.name != name { sources[text] = .some(nil) }
            } else {
                sources[text] = Source(name: name, output: output.name)
            }
        }
    }

    /// How a declaration reads the text; nil where it is none of another thing, or where the two would read each other.
    mutating func expression(for text: String, in reader: String) -> String? {
        guard case .some(.some(let source)) = sources[text], source.name != reader, !reaches(source.name, reader) else {
            return nil
        }
        reads[reader, default: []].insert(source.name)
        return "\(source.name).\(source.output)"
    }

    private func reaches(_ start: String, _ end: String) -> Bool {
        var seen: Set<String> = []
        var queue = [start]
        while let next = queue.popLast() {
            if next == end { return true }
            if seen.insert(next).inserted { queue += reads[next] ?? [] }
        }
        return false
    }
}
