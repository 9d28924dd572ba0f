// SPDX-License-Identifier: Apache-2.0

/// One day of a clock on the wall, and the moments at which it shows each of its minutes.
struct WallDay {
    private let zone: LocalZone
    /// What UTC shows when the wall would show the day's begin, were it UTC's.
    private let start: Int64
    /// The offsets that the zone has around the day; mostly one.
    private let offsets: [Int64]

    init(_ day: Int, _ zone: LocalZone) {
        self.zone = zone
        start = Int64(day) * 86_400
        // No zone is further from UTC than 26 hours, and none changes twice within three.
        var offsets: Set<Int64> = []
        for hour in stride(from: Int64(-28), through: 52, by: 3) {
            offsets.insert(zone.offset(at: start + hour * 3600))
        }
        self.offsets = offsets.sorted(by: >)
    }

    /// The moments at which the wall shows that minute of the day, the first one first; none where it is left out.
    func moments(ofMinute minute: Int) -> [Int64] {
        let local = start + Int64(minute) * 60
        if offsets.count == 1 { return [local - offsets[0]] }
        // The largest offset gives the earliest moment.
        return offsets.map { local - $0 }.filter { $0 + zone.offset(at: $0) == local }
    }

    /// The first moment behind the gap in which that minute would be.
    func end(ofGapAtMinute minute: Int) -> Int64 {
        let local = start + Int64(minute) * 60
        guard let most = offsets.first, let least = offsets.last else { return local }
        // Before the change the wall shows less than the minute, behind it more.
        var (before, behind) = (local - most, local - least)
        while behind - before > 1 {
            let middle = before + (behind - before) / 2
            if middle + zone.offset(at: middle) < local { before = middle } else { behind = middle }
        }
        return behind
    }
}
