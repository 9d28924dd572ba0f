// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Keeps the columns that an author made of neighbouring statements of one kind.
struct Alignment {
    /// A statement of a group: where it begins, and the places that could be columns, by their rank.
    private struct Row {
        var start: Int
        var stops: [Int?]
    }

    /// Neighbouring statements that begin with the same word.
    private struct Group {
        var word: ArraySlice<UInt8> = []
        var rows: [Row] = []
    }

    private var list: PieceList

    private init(_ list: PieceList) { self.list = list }

    /// Sets the padding of the pieces that keep their columns.
    static func keep(in list: inout PieceList) {
        var alignment = Alignment(list)
        alignment.run()
        list = alignment.list
    }

    private mutating func run() {
        var groups = [Group()]
        var isSeparated = false
        for index in 0..<list.count {
            let piece = list[index]
            if piece.isComment || piece.startsStatement { isSeparated = isSeparated || piece.breaks > 1 }
            if piece.startsStatement, let last = groups.indices.last {
                let word = list.bytes[piece.lower..<piece.upper]
                if isSeparated || groups[last].word != word {
                    align(groups[last].rows)
                    groups[last] = Group(word: word)
                }
                isSeparated = false
                groups[last].rows.append(Row(start: index, stops: stops(index, word)))
            }
            if piece.role == .openBlock {
                groups.append(Group())
            } else if piece.role == .closeBlock, groups.count > 1, let closed = groups.popLast() {
                align(closed.rows)
                isSeparated = false
            }
        }
        for group in groups { align(group.rows) }
    }

    /// The pieces of a statement that can stand in columns: the kind and the brace of a resource or step, the type, the
    /// value and the doc line of a parameter or output, the value of a `let`.
    private func stops(_ start: Int, _ word: ArraySlice<UInt8>) -> [Int?] {
        let word = String(decoding: word, as: UTF8.self)
        guard list[start].role == .keyword, ["resource", "step", "param", "output", "let"].contains(word) else {
            return []
        }
        var stops: [Int?] = [nil, nil, nil]
        var index = start + 1
        while index < list.count, !list[index].startsStatement {
            let piece = list[index]
            if piece.breaks > 0 || piece.isComment || piece.role == .semicolon || piece.role == .closeBlock { break }
            if piece.role == .openObject, word == "resource" || word == "step" {
                stops[1] = index
                break
            }
            switch piece.role {
            case .colon where word != "let" && stops[0] == nil && index + 1 < list.count: stops[0] = index + 1
            case .assign where stops[1] == nil: stops[1] = index
            case .doc: stops[2] = index
            default: break
            }
            if piece.isMultiline { break }
            if piece.role.isOpener {
                if piece.role.isBreakable, piece.isBroken { break }
                index = piece.partner
            }
            index += 1
        }
        return stops
    }

    /// Pads the stops that all stand in one column of the author's text.
    private mutating func align(_ rows: [Row]) {
        guard rows.count > 1, rows.contains(where: { !$0.stops.isEmpty }) else { return }
        var ends = rows.map { (piece: $0.start, column: 0) }
        for rank in 0..<3 {
            let present = rows.indices.filter { rows[$0].stops.indices.contains(rank) && rows[$0].stops[rank] != nil }
            for row in present {
                guard let stop = rows[row].stops[rank] else { continue }
                ends[row] = (stop, ends[row].column + width(ends[row].piece, stop))
            }
            let columns = present.compactMap { row in
                rows[row].stops[rank].map { list.sourceColumn($0) - list.sourceColumn(rows[row].start) }
            }
            guard present.count > 1, Set(columns).count == 1, let column = present.map({ ends[$0].column }).max() else {
                continue
            }
            for row in present {
                guard let stop = rows[row].stops[rank] else { continue }
                list[stop].padding = column - ends[row].column
                ends[row].column = column
            }
        }
    }

    /// Columns from the beginning of one piece to that of a later one, on one line.
    private func width(_ from: Int, _ to: Int) -> Int {
        var width = 0
        for index in from..<to { width += list[index].width + (list.hasSpace(index, index + 1) ? 1 : 0) }
        return width
    }
}
