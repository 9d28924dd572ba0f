// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Glibc

/// The file of a manifest, open as long as parts of it may be asked for: another file in its place changes nothing.
final class ManifestFile: Sendable {
    private let handle: FileHandle
    let size: Int

    var path: String { handle.path }

    /// Nil where there is no such file.
    static func open(_ path: String) throws(CallError) -> ManifestFile? {
        do throws(CallError) { return ManifestFile(try FileHandle(open: path, O_RDONLY)) } catch
            where error.reason
            == .notFound
        {
            return nil
        }
    }

    private init(_ handle: consuming FileHandle) {
        size = handle.size
        self.handle = handle
    }

    /// Its first line without the line's end; nil where that is its only one.
    func firstLine() -> ArraySlice<UInt8>? {
        var count = 1 << 14
        while true {
            let bytes = handle.bytes(at: 0, min(count, size))
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                return end < size - 1 ? bytes[..<end] : nil
            }
            if bytes.count < count { return nil }
            count *= 4
        }
    }

    func bytes(at offset: Int, _ count: Int) -> [UInt8] { handle.bytes(at: offset, count) }
}

/// One value of a manifest, which is read when it is asked for.
struct ManifestPart: Sendable {
    let name: String
    let file: ManifestFile
    let offset: Int
    let length: Int

    /// - Parameter key: Under which the value has the name of the part.
    func object(named key: String) throws(ManifestProblem) -> ManifestObject {
        let bytes = file.bytes(at: offset, length)
        let value: Value
        do throws(JSONError) { value = try Value(json: bytes) } catch {
            throw ManifestProblem(words: "'\(name)' stops to be JSON: \(error.reason)")
        }
        guard let object = value.object, object[key]?.string == name else {
            throw ManifestProblem(words: "'\(name)' is not where it should be")
        }
        return ManifestObject(object)
    }
}
