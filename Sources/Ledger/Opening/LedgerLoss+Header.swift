// SPDX-License-Identifier: Apache-2.0

extension LedgerLoss {
    private static let magic = Array("SQLite format 3\0".utf8)
    private static let headerLength = 100
    /// The length of the shortest SQLite file.
    private static let shortest: Int64 = 512

    /// Says what befell a file that SQLite refuses.
    ///
    /// For a file that was refused only: to close a file takes SQLite's locks on it away from every connection of the
    /// process.
    ///
    /// - Parameter reason: SQLite's words.
    init(refused path: String, reason: String) throws(StateFileError) {
        self = .damaged(reason: reason)
        guard let stamp = try StateFile.stamp(of: path),
            let header = try StateFile.read(path, limit: Self.headerLength),
            header.starts(with: Self.magic.prefix(header.count))
        else { return }
        let stated = header.count < Self.headerLength ? Self.shortest : Self.length(header)
        if stamp.size < stated { self = .cut(found: stamp.size, stated: stated) }
    }

    /// The length of the file as its header states it.
    private static func length(_ header: [UInt8]) -> Int64 {
        let number = { (range: Range<Int>) in header[range].reduce(Int64(0)) { $0 << 8 | Int64($1) } }
        let pageSize = number(16..<18) == 1 ? 65_536 : number(16..<18)
        return number(28..<32) * pageSize
    }
}
