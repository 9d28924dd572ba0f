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
        let content: [UInt8]?
        do throws(CallError) {
            content = try DurableFile.read(path, limit: largest)
        } catch {
            throw .unreadableManifest(path, error.diagnostic.message)
        }
        guard let bytes = content else { return nil }
        let (rest, kinds) = withoutKinds(bytes)
        guard let object = try object(rest, whole: bytes, path) else { return nil }
        // Three marks tell a manifest of any layout from other JSON files, which are none of our business.
        guard let layout = object["layout"]?.int, let module = object["module"]?.string, object["fingerprint"] != nil
        else { return nil }
        guard layout == Self.layout else { throw .otherManifestLayout(path, module: module, layout: layout) }
        do throws(ManifestProblem) {
            return try PluginManifest(ManifestObject(object), kinds)
        } catch {
            throw .unreadableManifest(path, error.words)
        }
    }

    /// - Parameter whole: The text as it is in the file, where an error is placed.
    private static func object(_ text: [UInt8], whole: [UInt8], _ path: String) throws(Diagnostic) -> ObjectValue? {
        do throws(JSONError) { return try Value(json: text).object } catch {
            var place = error
            do throws(JSONError) { _ = try Value(json: whole) } catch { place = error }
            throw .unreadableManifest(path, "it stops to be JSON at byte \(place.offset): \(place.reason)")
        }
    }

    /// A manifest's text with an empty list in the place of its kinds, and the kinds by their names.
    ///
    /// Where the text is not as it is written, nothing is taken out, and what reads it tells why.
    private static func withoutKinds(_ bytes: [UInt8]) -> (rest: [UInt8], kinds: ManifestKinds) {
        var skim = JSONSkim(bytes)
        guard let place = skim.value(of: "resourceKinds"), let elements = skim.elements(of: place) else {
            return (bytes, ManifestKinds([]))
        }
        var names: [String] = []
        var texts: [String: ArraySlice<UInt8>] = [:]
        for element in elements {
            guard let name = skim.firstText("name", of: element) else { return (bytes, ManifestKinds([])) }
            names.append(name)
            texts[name] = bytes[element]
        }
        return (
            bytes[..<place.lowerBound] + Array("[]".utf8) + bytes[place.upperBound...],
            ManifestKinds(names: names, texts: texts)
        )
    }

    /// Writes the manifest so that readers see the old one or the whole new one.
    func write(to path: String) throws(CallError) {
        try DurableFile.write(Array((value.json() + "\n").utf8), to: path, mode: 0o644)
    }
}
