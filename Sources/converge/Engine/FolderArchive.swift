// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import FoundationEssentials
import RecipeRuntime

/// A ZIP archive of files, byte for byte the same whenever their names, contents and modes are: with no dates and in the
/// order of names.
struct FolderArchive {
    private struct Member {
        let name: String
        let bytes: [UInt8]
        let isExecutable: Bool
    }

    /// What is wrong with a folder that shall be packed.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    /// The most that an archive may hold; services that take code as an archive in a call take no more.
    private static let largest = 50 << 20

    private var members: [String: Member] = [:]

    /// The way to files beside the recipes of a folder.
    static func files(below recipes: String) -> RecipeFiles {
        RecipeFiles { folder, texts in
            var archive = FolderArchive()
            if let folder { try archive.add(folder: Paths.join(recipes, folder), named: folder) }
            for text in texts {
                archive.members[text.name] = Member(name: text.name, bytes: Array(text.text.utf8), isExecutable: false)
            }
            return Data(try archive.packed()).base64EncodedString()
        }
    }

    /// Adds the files of a folder and of those in it, without hidden ones and what Python leaves behind.
    private mutating func add(folder path: String, named name: String) throws {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder else {
            throw Fault(description: "there is no folder '\(name)'")
        }
        var total = 0
        var waiting = [""]
        while let inside = waiting.popLast() {
            let here = inside.isEmpty ? path : Paths.join(path, inside)
            for entry in try FileManager.default.contentsOfDirectory(atPath: here) {
                if entry.hasPrefix(".") || entry == "__pycache__" { continue }
                let relative = inside.isEmpty ? entry : inside + "/" + entry
                let file = Paths.join(path, relative)
                guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) else { continue }
                if isFolder {
                    waiting.append(relative)
                    continue
                }
                let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
                total += bytes.count
                if total > Self.largest {
                    throw Fault(description: "the folder '\(name)' holds more than \(Self.largest >> 20) MiB")
                }
                members[relative] = Member(
                    name: relative, bytes: bytes, isExecutable: FileManager.default.isExecutableFile(atPath: file))
            }
        }
    }

    /// The archive's bytes; contents are stored as they are.
    private func packed() throws -> [UInt8] {
        if members.count > Int(UInt16.max) { throw Fault(description: "there are more files than an archive can hold") }
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for member in members.values.sorted(by: { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }) {
            let start = UInt32(bytes.count)
            let size = UInt32(member.bytes.count)
            var facts: [UInt8] = []
            // Version 2.0, names in UTF-8, stored, 1980-01-01 00:00.
            facts.append(little: UInt16(20), UInt16(1 << 11), UInt16(0), UInt16(0), UInt16(0x21))
            facts.append(little: Checksum32.of(member.bytes), size, size)
            facts.append(little: UInt16(member.name.utf8.count), UInt16(0))
            bytes.append(little: UInt32(0x0403_4b50))
            bytes += facts + Array(member.name.utf8) + member.bytes
            // Made on Unix, so that the mode counts.
            directory.append(little: UInt32(0x0201_4b50))
            directory.append(little: UInt16(3 << 8 | 20))
            directory += facts
            directory.append(little: UInt16(0), UInt16(0), UInt16(0))
            directory.append(little: UInt32(member.isExecutable ? 0o100755 : 0o100644) << 16, start)
            directory += Array(member.name.utf8)
        }
        let start = UInt32(bytes.count)
        let count = UInt16(members.count)
        bytes += directory
        bytes.append(little: UInt32(0x0605_4b50))
        bytes.append(little: UInt16(0), UInt16(0), count, count)
        bytes.append(little: UInt32(directory.count), start)
        bytes.append(little: UInt16(0))
        return bytes
    }
}

/// The checksum of ZIP archives (CRC-32).
enum Checksum32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    }

    static func of(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { value, byte in table[Int((value ^ UInt32(byte)) & 0xff)] ^ value >> 8 }
    }
}

extension [UInt8] {
    /// Appends numbers with their least byte first.
    fileprivate mutating func append<Number: FixedWidthInteger>(little numbers: Number...) {
        for number in numbers { Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) } }
    }
}
