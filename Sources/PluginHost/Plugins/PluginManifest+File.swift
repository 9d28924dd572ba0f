// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

extension PluginManifest {
    /// A manifest is no place for gigabytes.
    private static let largest = 256 << 20

    /// True where the file may be a manifest, as its beginning tells: builds put files of megabytes beside their libraries.
    static func isLikely(_ path: String) -> Bool {
        do throws(CallError) {
            return try DurableFile.beginning(path, 4096)?.withUnsafeBytes { ByteSearch.holds("\"layout\"", in: $0) }
                ?? false
        } catch {
            // Why it cannot be read is told by whoever reads it.
            return true
        }
    }

    /// Reads a manifest; nil where there is none, and for a JSON file that is something else.
    static func read(_ path: String) throws(Diagnostic) -> PluginManifest? {
        let opened: ManifestFile?
        do throws(CallError) {
            opened = try ManifestFile.open(path)
        } catch {
            throw .unreadableManifest(path, error.diagnostic.message)
        }
        guard let file = opened else { return nil }
        if let (head, index) = head(of: file) { return try manifest(head, index, path) }
        guard file.size <= largest else {
            throw .unreadableManifest(path, "it is larger than \(Value.size(Int64(largest)).literal)")
        }
        let value: Value
        do throws(JSONError) { value = try Value(json: file.bytes(at: 0, file.size)) } catch {
            throw .unreadableManifest(path, "it stops to be JSON at byte \(error.offset): \(error.reason)")
        }
        return try value.object.flatMap { (object) throws(Diagnostic) in try manifest(object, nil, path) }
    }

    /// The first line of a manifest that is as it was written, and the index of the rest.
    private static func head(of file: ManifestFile) -> (ObjectValue, ManifestIndex)? {
        guard let line = file.firstLine() else { return nil }
        do throws(JSONError) {
            guard let object = try Value(json: line + [UInt8(ascii: "}")]).object, let value = object["index"],
                let index = ManifestIndex(value, file, body: line.count + 1)
            else { return nil }
            return (object, index)
        } catch {
            // What is wrong with it is told by whoever reads the whole.
            return nil
        }
    }

    private static func manifest(
        _ object: ObjectValue, _ index: ManifestIndex?, _ path: String
    ) throws(Diagnostic) -> PluginManifest? {
        // Three marks tell a manifest of any layout from other JSON files, which are none of our business.
        guard let layout = object["layout"]?.int, let module = object["module"]?.string, object["fingerprint"] != nil
        else { return nil }
        guard layout == Self.layout else { throw .otherManifestLayout(path, module: module, layout: layout) }
        do throws(ManifestProblem) {
            return try PluginManifest(ManifestObject(object), index)
        } catch {
            throw .unreadableManifest(path, error.words)
        }
    }

    /// Writes the manifest so that readers see the old one or the whole new one.
    static func write(_ content: String, to path: String) throws(CallError) {
        try DurableFile.write(Array(content.utf8), to: path, mode: 0o644)
    }
}
