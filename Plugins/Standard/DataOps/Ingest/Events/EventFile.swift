// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// Events in a file, each a line, and where each of them came from.
struct EventFile: Sendable {
    private static let pageSize = 1000

    let reader: String
    let file: SourceFile
    /// In the order of the lines; without their data.
    private(set) var events: [StoredEvent] = []

    /// Reads a log on behind these places, or from its oldest event.
    ///
    /// - Parameter limit: The most events that are objects of JSON; others would never come into the table, from which the next
    ///   step goes on.
    init(
        _ log: any EventLog, as reader: String, behind places: EventPlaces, limit: Int, folder: String,
        _ request: StepRequest
    ) async throws(CallError) {
        self.reader = reader
        let path = folder + "/events.jsonl"
        let writer = try FileWriter(path: path)
        var start = EventStart.oldest
        if !places.numbers.isEmpty { start = .cursor(try log.cursor(behind: places.positions)) }
        var (size, room, isAtEnd) = (0, limit, false)
        while room > 0, !isAtEnd {
            if Task.isCancelled { throw CallError(.cancelled, "the events are only read in part") }
            let page = try await log.read(
                ReadEventsRequest(start: start, limit: min(room, Self.pageSize), context: request.context))
            for event in page.events {
                let line = Self.line(event.data)
                try line.withUnsafeBufferPointer { (buffer) throws(CallError) in
                    try writer.write(UnsafeRawBufferPointer(buffer))
                }
                size += line.count
                if line.first == UInt8(ascii: "{") { room -= 1 }
                var place = event
                place.data = []
                events.append(place)
            }
            request.host.services.log.progress(nil, "\(events.count) events are read", request.context)
            start = .cursor(page.cursor)
            isAtEnd = page.isAtEnd
        }
        try writer.close()
        if !isAtEnd { request.host.services.log.write("there are more events than \(limit)", request.context) }
        file = SourceFile(name: reader, path: path, size: Int64(size))
    }

    /// In JSON, line breaks stand between words alone.
    private static func line(_ data: [UInt8]) -> [UInt8] {
        let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n")]
        var line = Array(data.drop { blanks.contains($0) })
        for place in line.indices where line[place] == UInt8(ascii: "\n") || line[place] == UInt8(ascii: "\r") {
            line[place] = UInt8(ascii: " ")
        }
        // A reader of lines skips an empty one.
        if line.isEmpty { line = Array("null".utf8) }
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// The event of a line, the first being 1.
    func event(_ line: Int64) -> StoredEvent? {
        let index = Int(line) - 1
        return events.indices.contains(index) ? events[index] : nil
    }

    /// What an event that is set aside is known by.
    func name(of event: StoredEvent) -> String { "\(reader)/\(event.position.part)/\(event.position.number)" }
}

extension EventFile: AddedColumns {
    var columns: [TableColumn] { EventPlaces.columns }

    func vectors(of lines: [Int64]) -> [ColumnVector] {
        var builders = columns.map { ColumnBuilder(type: $0.type, fractionDigits: 0, rows: lines.count) }
        for line in lines {
            let found = event(line)
            builders[0].append(reader.utf8)
            builders[1].append((found?.position.part ?? "").utf8)
            builders[2].append((found?.position.number ?? "").utf8)
            builders[3].append((found?.time.description ?? "").utf8)
            builders[4].append((found?.key ?? "").utf8)
        }
        return builders.map(\.vector)
    }
}
