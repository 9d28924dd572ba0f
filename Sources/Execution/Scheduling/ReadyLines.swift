// SPDX-License-Identifier: Apache-2.0

/// Items that are ready, in a line for each lane.
struct ReadyLines<Item> {
    private struct Line {
        let lane: Lane?
        var items: [Item] = []
        var head = 0

        var isEmpty: Bool { head == items.count }
    }

    private var lines: [Line] = []
    private var positions: [Lane?: Int] = [:]
    private var turn = 0
    private(set) var count = 0

    mutating func add(_ item: Item, _ lane: Lane?) {
        let position = positions[lane] ?? lines.count
        if position == lines.count {
            lines.append(Line(lane: lane))
            positions[lane] = position
        }
        lines[position].items.append(item)
        count += 1
    }

    /// The next item of a lane that has room; nil where there is none.
    mutating func take(_ hasRoom: (Lane?) -> Bool) -> (Item, Lane?)? {
        for offset in lines.indices {
            let position = (turn + offset) % lines.count
            guard !lines[position].isEmpty, hasRoom(lines[position].lane) else { continue }
            turn = position + 1
            let item = lines[position].items[lines[position].head]
            lines[position].head += 1
            count -= 1
            if lines[position].isEmpty {
                lines[position].items.removeAll(keepingCapacity: true)
                lines[position].head = 0
            } else if lines[position].head > 1024, lines[position].head * 2 > lines[position].items.count {
                lines[position].items.removeFirst(lines[position].head)
                lines[position].head = 0
            }
            return (item, lines[position].lane)
        }
        return nil
    }
}
