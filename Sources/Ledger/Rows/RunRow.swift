// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Execution
import GRDB

extension RunRecord {
    static let target = "INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

    /// The columns of `columns` for a run of that number.
    func row(number: Int64) -> [(any DatabaseValueConvertible)?] {
        let texts = [
            purpose.rawValue, environment, module, workflow, recipe, ColumnText.write(settings),
            ColumnText.write(parameters), status.rawValue, ColumnText.write(outputs), ColumnText.write(failure)
        ]
        let times = [started.nanoseconds, ended?.nanoseconds]
        let more = [basis?.source, basis.map { ColumnText.write($0.parameters) }, actor]
        return [number] + texts + times + [Checksum.of(texts + more, [number] + times)] + more
            + [parent.flatMap { RunName($0)?.number }]
    }

    static let columns = """
        number, purpose, environment, module, workflow, recipe, settings, parameters, status, outputs, failure, \
        started, ended, checksum, source, module_parameters, actor, parent
        """

    /// - Parameter row: The columns of `columns`.
    init(row: Row) throws {
        let number = row.number(0)
        do {
            let texts = (1...10).map { row.optionalText($0) }
            let times = [row.number(11), row.optionalNumber(12)]
            let more = (14...16).map { row.optionalText($0) }
            // Rows from before there was an actor were summed up without the later columns.
            guard Checksum.of(more[2] == nil ? texts : texts + more, [number] + times) == row.number(13),
                let purpose = Purpose(rawValue: row.text(1)), let status = Status(rawValue: row.text(8))
            else {
                throw ColumnText.Misfit(reason: "its content is not what was written")
            }
            self.init(
                id: RunName(number, purpose).description, purpose: purpose, environment: row.text(2),
                module: row.text(3),
                workflow: row.optionalText(4), recipe: row.optionalText(5),
                settings: try ColumnText.object(row.text(6)),
                parameters: try ColumnText.object(row.text(7)),
                basis: try more[0].map {
                    RunBasis(source: $0, parameters: try ColumnText.object(more[1] ?? "{}"))
                },
                actor: more[2] ?? "", status: status,
                outputs: try ColumnText.object(row.text(9)),
                failure: try ColumnText.failure(row.optionalText(10)), started: Timestamp(nanoseconds: row.number(11)),
                ended: row.optionalNumber(12).map { Timestamp(nanoseconds: $0) })
            parent = row.optionalNumber(17).map { RunName($0, .workflow).description }
        } catch let misfit as ColumnText.Misfit {
            throw RowDamage(row: "run \(number)", reason: misfit.reason)
        }
    }
}
