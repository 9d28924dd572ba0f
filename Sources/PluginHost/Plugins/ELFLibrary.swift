// SPDX-License-Identifier: Apache-2.0

/// Reads what must be known of a shared library before its code runs, from its file.
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

    init(_ file: borrowing LibraryFile, architecture: String) throws(Problem) {
        let header = file.part(0, 64)
        guard header.starts(with: [0x7F, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")]) else {
            throw .notALibrary
        }
        let (is64Bit, isLittleEndian, sharedObject) = (UInt8(2), UInt8(1), 3)
        guard header.isWhole else { throw .truncated }
        let machine = UInt16(truncatingIfNeeded: header.half(18) ?? 0)
        let name = Self.machines[machine] ?? "machine \(machine)"
        guard header.byte(4) == is64Bit, header.byte(5) == isLittleEndian, name == architecture else {
            throw .otherArchitecture(name)
        }
        guard header.half(16) == sharedObject else { throw .notALibrary }
        guard let sections = Self.sections(file, header), Self.segmentsAreWhole(file, header) else { throw .truncated }

        var needed: [String] = []
        var undefined: [String] = []
        var hasEntry = false
        for section in sections {
            guard section.type == SectionType.dynamic || section.type == SectionType.dynamicSymbols else { continue }
            guard sections.indices.contains(section.link) else { throw .truncated }
            let (content, names) = (file.part(section), file.part(sections[section.link]))
            guard content.isWhole, names.isWhole else { throw .truncated }
            if section.type == SectionType.dynamic {
                needed += Self.needed(content, names)
            } else {
                Self.readSymbols(content, names, &undefined, &hasEntry)
            }
        }
        self.needed = needed
        self.undefined = undefined
        self.hasEntry = hasEntry
    }

    fileprivate struct Section {
        let type: Int
        let offset: Int
        let size: Int
        let link: Int
    }

    /// The table of sections; nil where the file ends before it or before what it describes.
    private static func sections(_ file: borrowing LibraryFile, _ header: FilePart) -> [Section]? {
        guard let start = header.word(40), let size = header.half(58), let count = header.half(60), size >= 64 else {
            return nil
        }
        let table = file.part(start, count * size)
        guard table.isWhole else { return nil }
        var sections: [Section] = []
        for number in 0..<count {
            let entry = number * size
            guard let type = table.int(entry + 4), let offset = table.word(entry + 24),
                let length = table.word(entry + 32), let link = table.int(entry + 40)
            else { return nil }
            let isInFile = type != SectionType.zeroed
            if isInFile, !file.holds(offset, length) { return nil }
            sections.append(Section(type: type, offset: offset, size: isInFile ? length : 0, link: link))
        }
        return sections
    }

    private static func segmentsAreWhole(_ file: borrowing LibraryFile, _ header: FilePart) -> Bool {
        guard let start = header.word(32), let size = header.half(54), let count = header.half(56) else { return false }
        let table = file.part(start, count * size)
        guard table.isWhole else { return false }
        for number in 0..<count {
            let entry = number * size
            guard let offset = table.word(entry + 8), let length = table.word(entry + 32), file.holds(offset, length)
            else { return false }
        }
        return true
    }

    private static func needed(_ section: FilePart, _ names: FilePart) -> [String] {
        let neededTag = 1
        return stride(from: 0, to: section.count, by: 16).compactMap { entry in
            guard section.word(entry) == neededTag, let name = section.word(entry + 8) else { return nil }
            return names.text(name)
        }
    }

    private static func readSymbols(
        _ section: FilePart, _ names: FilePart, _ undefined: inout [String], _ hasEntry: inout Bool
    ) {
        for place in stride(from: 24, to: section.count, by: 24) {
            guard let name = section.int(place), let info = section.byte(place + 4), let home = section.half(place + 6),
                let symbol = names.text(name)
            else { continue }
            let isWeak = info >> 4 == 2
            if home == 0 {
                if !isWeak { undefined.append(symbol) }
            } else if symbol == entry {
                hasEntry = true
            }
        }
    }
}

extension LibraryFile {
    fileprivate func part(_ section: ELFLibrary.Section) -> FilePart { part(section.offset, section.size) }
}

/// Bytes of a file, of which little-endian numbers are read at offsets that may lie outside; nil there.
struct FilePart {
    private let bytes: [UInt8]
    /// False where the file ends before the part does.
    let isWhole: Bool

    init(_ bytes: [UInt8], isWhole: Bool) {
        self.bytes = bytes
        self.isWhole = isWhole
    }

    var count: Int { bytes.count }

    func starts(with beginning: [UInt8]) -> Bool { bytes.starts(with: beginning) }

    private func number(_ offset: Int, _ length: Int) -> UInt64? {
        guard offset >= 0, offset <= bytes.count - length else { return nil }
        var number: UInt64 = 0
        for place in (0..<length).reversed() { number = number << 8 | UInt64(bytes[offset + place]) }
        return number
    }

    func byte(_ offset: Int) -> UInt8? { bytes.indices.contains(offset) ? bytes[offset] : nil }
    func half(_ offset: Int) -> Int? { number(offset, 2).map { Int($0) } }
    func int(_ offset: Int) -> Int? { number(offset, 4).map { Int($0) } }
    func word(_ offset: Int) -> Int? { number(offset, 8).flatMap { Int(exactly: $0) } }

    /// The text from an offset to the next zero.
    func text(_ offset: Int) -> String? {
        guard bytes.indices.contains(offset) else { return nil }
        return String(decoding: bytes[offset...].prefix { $0 != 0 }, as: UTF8.self)
    }
}
