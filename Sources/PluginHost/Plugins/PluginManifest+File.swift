// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import FoundationEssentials

extension PluginManifest {
    /// A manifest is no place for gigabytes.
    private static let largest = 256 << 20

    /// Reads a manifest; nil for a JSON file that is none.
    static func read(_ path: String) throws(Diagnostic) -> PluginManifest? {
        let bytes: [UInt8]
        do throws(CallError) {
            guard let read = try DurableFile.read(path, limit: largest) else { return nil }
            bytes = read
        } catch {
            throw .unreadableManifest(path, error.diagnostic.message)
        }
        let decoder = JSONDecoder()
        let data = Data(bytes)
        let marks: Marks
        do {
            marks = try decoder.decode(Marks.self, from: data)
        } catch {
            // Not a manifest, and so none of our business.
            return nil
        }
        guard marks.layout == currentLayout else { throw .otherManifestLayout(path, marks) }
        do {
            return try decoder.decode(PluginManifest.self, from: data)
        } catch let error as DecodingError {
            throw .unreadableManifest(path, error.words)
        } catch {
            throw .unreadableManifest(path, "\(error)")
        }
    }

    /// What tells a manifest from any other JSON file, in every layout.
    struct Marks: Decodable {
        let layout: Int
        let module: String
        let fingerprint: String
    }

    /// Writes the manifest so that readers see the old one or the whole new one.
    func write(to path: String) throws(CallError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data: Data
        do {
            data = try encoder.encode(self)
        } catch {
            throw CallError(.failed, "the manifest of '\(name)' cannot be written as JSON: \(error)")
        }
        try DurableFile.write([UInt8](data), to: path, mode: 0o644)
    }
}

extension DecodingError {
    /// What is wrong and where, in one line.
    fileprivate var words: String {
        let (context, problem): (Context, String) =
            switch self {
            case .keyNotFound(let key, let context): (context, "'\(key.stringValue)' is missing")
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                (context, context.debugDescription)
            @unknown default: (Context(codingPath: [], debugDescription: ""), "\(self)")
            }
        let place = context.codingPath.map(\.stringValue).joined(separator: ".")
        return place.isEmpty ? problem : "\(problem), in \(place)"
    }
}
