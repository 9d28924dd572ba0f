// SPDX-License-Identifier: Apache-2.0

/// Reads what must be known of a shared library before its code runs, from the file's bytes.
///
/// Nothing in the file is trusted: every offset is looked at before it is followed. (Source: the System V ABI, "ELF-64
/// Object File Format".)
struct ELFLibrary {
    enum Problem: Error, Hashable {
        case notALibrary
        /// The file ends before its own tables do.
        case truncated
        /// It holds code of another kind of processor.
        case otherArchitecture(String)
    }

    /// The libraries that it needs.
    let needed: [String]
    /// The symbols that others must define.
    let undefined: [String]
    /// True where it defines the function through which a plugin is handed over.
    let hasEntry: Bool

    /// The name of that function.
    static let entry = "converge_plugin"

    private static let machines: [UInt16: String] = [
        3: "i386", 8: "mips", 20: "ppc", 21: "ppc64", 22: "s390x", 40: "arm", 62: "x86_64", 183: "aarch64",
        243: "riscv64", 258: "loongarch64"
    ]

    private enum SectionType {
        static let dynamic = 6
        /// Takes no room in the file.
        static let zeroed = 8
        static let dynamicSymbols = 11
    }

    init(_ bytes: [UInt8], architecture: String) throws(Problem) {
        let file = ByteReader(bytes)
        guard bytes.starts(with: [0x7F, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")]) else {
            throw .notALibrary
        }
        let (is64Bit, isLittleEndian, sharedObject) = (UInt8(2), UInt8(1), 3)
        guard bytes.count >= 64 else { throw .truncated }
        let machine = UInt16(truncatingIfNeeded: file.half(18) ?? 0)
        let name = Self.machines[machine] ?? "machine \(machine)"
        guard bytes[4] == is64Bit, bytes[5] == isLittleEndian, name == architecture else {
            throw .otherArchitecture(name)
        }
        guard file.half(16) == sharedObject else { throw .notALibrary }
        guard let sections = Self.sections(file), Self.segmentsAreWhole(file) else { throw .truncated }

        var needed: [String] = []
        var undefined: [String] = []
        var hasEntry = false
        for section in sections {
            guard section.type == SectionType.dynamic || section.type == SectionType.dynamicSymbols else { continue }
            guard sections.indices.contains(section.link) else { throw .truncated }
            let names = sections[section.link]
            if section.type == SectionType.dynamic {
                needed += Self.needed(file, section, names)
            } else {
                Self.readSymbols(file, section, names, &undefined, &hasEntry)
            }
        }
        self.needed = needed
        self.undefined = undefined
        self.hasEntry = hasEntry
    }

    private struct Section {
        let type: Int
        let offset: Int
        let size: Int
        let link: Int
    }

    /// The table of sections; nil where the file ends before it or before what it describes.
    private static func sections(_ file: ByteReader) -> [Section]? {
        guard let start = file.word(40), let size = file.half(58), let count = file.half(60), size >= 64 else {
            return nil
        }
        var sections: [Section] = []
        for number in 0..<count {
            let (entry, isOver) = start.addingReportingOverflow(number * size)
            guard !isOver, file.holds(entry, 64), let type = file.int(entry + 4), let offset = file.word(entry + 24),
                let length = file.word(entry + 32), let link = file.int(entry + 40)
            else { return nil }
            let isInFile = type != SectionType.zeroed
            if isInFile, !file.holds(offset, length) { return nil }
            sections.append(Section(type: type, offset: offset, size: isInFile ? length : 0, link: link))
        }
        return sections
    }

    private static func segmentsAreWhole(_ file: ByteReader) -> Bool {
        guard let start = file.word(32), let size = file.half(54), let count = file.half(56) else { return false }
        for number in 0..<count {
            let (entry, isOver) = start.addingReportingOverflow(number * size)
            guard !isOver, file.holds(entry, 56), let offset = file.word(entry + 8), let length = file.word(entry + 32)
            else { return false }
            if !file.holds(offset, length) { return false }
        }
        return true
    }

    private static func needed(_ file: ByteReader, _ section: Section, _ names: Section) -> [String] {
        let neededTag = 1
        return stride(from: section.offset, to: section.offset + section.size, by: 16).compactMap { entry in
            guard file.word(entry) == neededTag, let name = file.word(entry + 8) else { return nil }
            return text(file, names, name)
        }
    }

    private static func readSymbols(
        _ file: ByteReader, _ section: Section, _ names: Section, _ undefined: inout [String], _ hasEntry: inout Bool
    ) {
        for place in stride(from: section.offset + 24, to: section.offset + section.size, by: 24) {
            guard let name = file.int(place), let info = file.byte(place + 4), let home = file.half(place + 6),
                let symbol = text(file, names, name)
            else { continue }
            let isWeak = info >> 4 == 2
            if home == 0 {
                if !isWeak { undefined.append(symbol) }
            } else if symbol == entry {
                hasEntry = true
            }
        }
    }

    private static func text(_ file: ByteReader, _ names: Section, _ offset: Int) -> String? {
        guard offset < names.size else { return nil }
        return file.text(names.offset + offset, before: names.offset + names.size)
    }
}

/// Reads little-endian numbers at offsets that may lie outside; nil there.
private struct ByteReader {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func holds(_ offset: Int, _ length: Int) -> Bool {
        let (end, isOver) = offset.addingReportingOverflow(length)
        return offset >= 0 && length >= 0 && !isOver && end <= bytes.count
    }

    private func number(_ offset: Int, _ length: Int) -> UInt64? {
        guard holds(offset, length) else { return nil }
        return (0..<length).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }

    func byte(_ offset: Int) -> UInt8? { holds(offset, 1) ? bytes[offset] : nil }
    func half(_ offset: Int) -> Int? { number(offset, 2).map { Int($0) } }
    func int(_ offset: Int) -> Int? { number(offset, 4).map { Int($0) } }
    func word(_ offset: Int) -> Int? { number(offset, 8).flatMap { Int(exactly: $0) } }

    func text(_ offset: Int, before end: Int) -> String? {
        guard holds(offset, end - offset) else { return nil }
        return String(decoding: bytes[offset..<end].prefix { $0 != 0 }, as: UTF8.self)
    }
}
