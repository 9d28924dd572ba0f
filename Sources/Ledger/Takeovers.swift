// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import GRDB

/// Which modules go on under another name in an environment, since their recipe was renamed.
struct Takeovers {
    private struct Step {
        let former: String
        let module: String
        /// The number of the last run before.
        let through: Int64
    }

    /// In their order.
    private var steps: [Step] = []

    init(_ db: SQLiteDatabase, environment: String) throws {
        guard let text = try Meta.text(Self.name(environment), in: db) else { return }
        steps = try ColumnText.list(text).compactMap { item in
            guard let parts = item.list, parts.count == 3, let former = parts[0].string, let module = parts[1].string,
                let through = parts[2].int
            else { return nil }
            return Step(former: former, module: module, through: through)
        }
    }

    private static func name(_ environment: String) -> String { "takeovers:" + environment }

    /// Notes that one module has from now on what another one made.
    static func add(
        _ former: String, by module: String, environment: String, in transaction: JournalTransaction
    ) throws {
        var takeovers = try Takeovers(transaction.db, environment: environment)
        takeovers.steps.append(Step(former: former, module: module, through: try transaction.number("runs")))
        let text = ColumnText.write(
            takeovers.steps.map { .list([.string($0.former), .string($0.module), .int($0.through)]) })
        try transaction.execute(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            [name(environment), text])
    }

    var isEmpty: Bool { steps.isEmpty }

    /// True where one module has what another one made.
    func has(_ former: String, by module: String) -> Bool {
        steps.contains { $0.former == former && $0.module == module }
    }

    /// The module whose a run of a module is by now.
    func owner(of module: String, run: Int64) -> String {
        var owner = module
        for step in steps where step.former == owner && run <= step.through { owner = step.module }
        return owner
    }
}
