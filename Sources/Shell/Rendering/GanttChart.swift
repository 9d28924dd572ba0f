// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Execution

/// When each step of a run was under way, drawn as text and as SVG.
package struct GanttChart: Sendable {
    package struct Bar: Sendable, Hashable {
        /// From the run's start, in seconds.
        package var begin: Double
        package var end: Double
        package var status: OperationRecord.Status
    }

    package struct Row: Sendable, Hashable {
        package var name: String
        /// One for each attempt.
        package var bars: [Bar]
    }

    private let run: RunRecord
    package let rows: [Row]
    /// How long the run took, or takes so far, in seconds.
    package let length: Double

    /// - Parameter now: The end of what still goes on.
    package init(_ run: RunRecord, _ operations: [OperationRecord], now: Timestamp) {
        self.run = run
        let start = operations.map(\.started).min().map { min($0, run.started) } ?? run.started
        var names: [String] = []
        var bars: [String: [Bar]] = [:]
        for operation in operations {
            let name = RecordDocuments.name(operation)
            if bars[name] == nil { names.append(name) }
            let begin = max(0, operation.started.since(start).seconds)
            let end = max(begin, (operation.ended ?? run.ended ?? now).since(start).seconds)
            bars[name, default: []].append(Bar(begin: begin, end: end, status: operation.status))
        }
        rows = names.map { Row(name: $0, bars: bars[$0] ?? []) }
        let ended = (run.ended ?? now).since(start).seconds
        length = max(rows.flatMap(\.bars).map(\.end).max() ?? 0, ended, 0.001)
    }

    // MARK: Text

    /// - Parameter width: The columns that there are; 100 where nobody limits them.
    package func text(_ style: TextStyle, width: Int?) -> String {
        let whole = max(40, width ?? 100)
        let longest = min(rows.map { DisplayWidth.of($0.name) }.max() ?? 0, whole / 3)
        let room = max(10, whole - longest - 14)
        let took = ProgressReporter.shown(.milliseconds(Int64(length * 1000)))
        var text =
            style(.heading, run.id) + "  \(run.workflow ?? run.purpose.rawValue)  \(run.status.rawValue), \(took)\n"
        for row in rows {
            let name = TextCut.cut(row.name, longest)
            let padding = String(repeating: " ", count: max(0, longest - DisplayWidth.of(name)))
            let seconds = row.bars.reduce(0) { $0 + $1.end - $1.begin }
            let status = row.bars.last?.status ?? .skipped
            let said =
                status == .reused || status == .skipped
                ? status.rawValue : ProgressReporter.shown(.milliseconds(Int64((seconds * 1000).rounded())))
            text += "  \(name)\(padding) " + line(row, room, style) + " \(said)\n"
        }
        return text
    }

    private func line(_ row: Row, _ room: Int, _ style: TextStyle) -> String {
        var cells = [(sign: String, role: TextStyle.Role?)](repeating: (" ", nil), count: room)
        for bar in row.bars {
            let first = min(room - 1, Int(bar.begin / length * Double(room)))
            let last = min(room - 1, max(first, Int((bar.end / length * Double(room)).rounded(.up)) - 1))
            for position in first...last { cells[position] = Self.sign(bar.status) }
        }
        return cells.map { cell in cell.role.map { style($0, cell.sign) } ?? cell.sign }.joined()
    }

    private static func sign(_ status: OperationRecord.Status) -> (sign: String, role: TextStyle.Role?) {
        switch status {
        case .succeeded: ("█", .added)
        case .intended, .waiting: ("▒", .changed)
        case .failed, .recovered: ("█", .removed)
        case .cancelled, .undoing: ("▒", .removed)
        case .undone: ("↶", .changed)
        case .reused: ("=", .dim)
        case .skipped: ("-", .dim)
        }
    }

    // MARK: SVG

    /// A picture that needs nothing beside itself.
    package func svg() -> String {
        let (left, right, top, height) = (220.0, 90.0, 40.0, 22.0)
        let room = 900.0
        let bottom = top + Double(rows.count) * height
        let title = "\(run.id)  \(run.workflow ?? run.purpose.rawValue)  \(run.status.rawValue)"
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(left + room + right))" height="\(Int(bottom + 30))" \
            font-family="sans-serif" font-size="12">
            <title>\(XMLText.escaped(title))</title>
            <rect width="100%" height="100%" fill="white"/>
            <text x="10" y="22" font-size="14" font-weight="bold">\(XMLText.escaped(title))</text>

            """
        for part in 0...4 {
            let x = Self.number(left + room * Double(part) / 4)
            let time = ProgressReporter.shown(.milliseconds(Int64((length * 1000 * Double(part) / 4).rounded())))
            text += """
                <line x1="\(x)" y1="\(Int(top - 4))" x2="\(x)" y2="\(Int(bottom))" stroke="#ddd"/>
                <text x="\(x)" y="\(Int(bottom + 16))" text-anchor="middle" fill="#555">\(XMLText.escaped(time))</text>

                """
        }
        for (position, row) in rows.enumerated() {
            let y = top + Double(position) * height
            text +=
                "<text x=\"\(Int(left - 8))\" y=\"\(Self.number(y + 14))\" text-anchor=\"end\">"
                + "\(XMLText.escaped(TextCut.cut(row.name, 32)))</text>\n"
            for bar in row.bars {
                let x = left + room * bar.begin / length
                let width = max(2, room * (bar.end - bar.begin) / length)
                let took = ProgressReporter.shown(.milliseconds(Int64(((bar.end - bar.begin) * 1000).rounded())))
                text +=
                    "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y + 3))\" width=\"\(Self.number(width))\" "
                    + "height=\"\(Int(height - 6))\" rx=\"2\" fill=\"\(Self.color(bar.status))\">"
                    + "<title>\(XMLText.escaped("\(row.name): \(bar.status.rawValue), \(took)"))</title></rect>\n"
            }
        }
        return text + "</svg>\n"
    }

    private static func color(_ status: OperationRecord.Status) -> String {
        switch status {
        case .succeeded: "#2e7d32"
        case .intended, .waiting: "#f9a825"
        case .failed, .recovered: "#c62828"
        case .cancelled, .undoing: "#ef6c00"
        case .undone: "#6d4c41"
        case .reused, .skipped: "#9e9e9e"
        }
    }

    private static func number(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
