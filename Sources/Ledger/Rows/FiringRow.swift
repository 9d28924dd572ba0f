// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import GRDB

extension FiringRecord {
    static let target =
        "INTO firing (environment, module, workflow, trigger, subject, due, event, recipe, settings, source, recorded, "
        + "checksum, status, run, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

    /// The columns of `target`. The checksum is over what never changes.
    var row: [(any DatabaseValueConvertible)?] {
        let texts = [
            trigger.environment, trigger.module, trigger.workflow, trigger.trigger, subject, ColumnText.write(event),
            recipe, ColumnText.write(settings), source
        ]
        let sum = Checksum.of(texts, [due.nanoseconds, recorded.nanoseconds])
        return Array(texts[0...4]) + [due.nanoseconds] + Array(texts[5...8]) as [(any DatabaseValueConvertible)?]
            + [recorded.nanoseconds, sum, status.rawValue, run.flatMap { RunName($0)?.number }, note]
    }

    static let columns = """
        id, environment, module, workflow, trigger, subject, event, recipe, settings, source, due, recorded, checksum, \
        status, run, note
        """

    /// - Parameter row: The columns of `columns`.
    init(row: Row) throws {
        let id = row.number(0)
        do {
            let texts = (1...9).map { row.optionalText($0) }
            let times = [row.number(10), row.number(11)]
            guard Checksum.of(texts, times) == row.number(12), let status = Status(rawValue: row.text(13)) else {
                throw ColumnText.Misfit(reason: "its content is not what was written")
            }
            self.init(
                id: id,
                trigger: TriggerIdentity(
                    environment: row.text(1), module: row.text(2), workflow: row.text(3), trigger: row.text(4)),
                subject: row.text(5), due: Timestamp(nanoseconds: times[0]),
                event: try ColumnText.object(row.text(6)), recipe: texts[6],
                settings: try ColumnText.object(row.text(8)), source: texts[8], status: status,
                run: row.optionalNumber(14).map { RunName($0, .workflow).description }, note: row.text(15),
                recorded: Timestamp(nanoseconds: times[1]))
        } catch let misfit as ColumnText.Misfit {
            throw RowDamage(row: "firing \(id)", reason: misfit.reason)
        }
    }
}
