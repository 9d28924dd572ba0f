// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension PluginManifest {
    /// A manifest is no place for gigabytes.
    private static let largest = 256 << 20

    /// Reads a manifest; nil where there is none, and for a JSON file that is something else.
    static func read(_ path: String) throws(Diagnostic) -> PluginManifest? {
        let content: [UInt8]?
        do throws(CallError) {
            content = try DurableFile.read(path, limit: largest)
        } catch {
            throw .unreadableManifest(path, error.diagnostic.message)
        }
        guard let bytes = content else { return nil }
        let object: ObjectValue
        do throws(JSONError) {
            guard let read = try Value(json: bytes).object else { return nil }
            object = read
        } catch {
            throw .unreadableManifest(path, "it stops to be JSON at byte \(error.offset): \(error.reason)")
        }
        // Three marks tell a manifest of any layout from other JSON files, which are none of our business.
        guard let layout = object["layout"]?.int, let module = object["module"]?.string, object["fingerprint"] != nil
        else { return nil }
        guard layout == Self.layout else { throw .otherManifestLayout(path, module: module, layout: layout) }
        do throws(ManifestProblem) {
            return try PluginManifest(ManifestObject(object))
        } catch {
            throw .unreadableManifest(path, error.words)
        }
    }

    /// Writes the manifest so that readers see the old one or the whole new one.
    func write(to path: String) throws(CallError) {
        try DurableFile.write(Array((value.json() + "\n").utf8), to: path, mode: 0o644)
    }
}
