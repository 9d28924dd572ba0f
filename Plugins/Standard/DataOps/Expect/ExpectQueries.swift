// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK

/// The SQL that finds how many rows break the rules, and which.
///
/// Plain select that every dialect has: all rules about single rows are counted in one pass over the table, each rule
/// about uniqueness by one grouping.
struct ExpectQueries: Sendable {
    let table: String
    let columns: [TableColumn]
    let dialect: SQLDialect

    /// The rows, and for each rule about single rows how many break it.
    func counts(_ rules: [ExpectRule]) throws(CallError) -> SQLStatement {
        var parts: [Template.Part] = [.text("select count(*)")]
        for rule in rules {
            guard let condition = breaks(rule) else { continue }
            parts += [.text(", sum(case when ")] + condition + [.text(" then 1 else 0 end)")]
        }
        parts.append(.text(" from \(name)"))
        return try dialect.render(.template(Template(parts)))
    }

    /// How many rows share their values in the columns with another one.
    func repeats(_ columns: [String]) -> SQLStatement {
        SQLStatement("select coalesce(sum(n), 0) from (\(groups(columns, "count(*) as n"))) as repeated")
    }

    /// Every row that breaks a rule, once for each, with the rule's name before its columns.
    ///
    /// - Parameter unmatched: For a rule about a pattern the table of values that do not match, by the rule's place.
    func failures(_ rules: [(offset: Int, rule: ExpectRule)], unmatched: [Int: String]) throws(CallError)
        -> SQLStatement
    {
        let rows = self.columns.map { "t." + dialect.identifier($0.name) }.joined(separator: ", ")
        let ruleColumn = dialect.identifier(nameOfRuleColumn)
        var parts: [Template.Part] = []
        for (offset, rule) in rules {
            if !parts.isEmpty { parts.append(.text(" union all ")) }
            parts += [
                .text("select "), .hole(.string(rule.name)), .text(" as \(ruleColumn), \(rows) from \(name) as t")
            ]
            switch rule {
            case .unique(let columns):
                let keys = columns.map(dialect.identifier)
                let same = keys.map { "t.\($0) = r.\($0)" }.joined(separator: " and ")
                parts.append(
                    .text(" join (\(groups(columns, keys.joined(separator: ", ")))) as r on \(same)"))
            case .matches(let column, _):
                guard let values = unmatched[offset] else { continue }
                parts.append(
                    .text(" where t.\(dialect.identifier(column)) in (select value from \(dialect.identifier(values)))")
                )
            default: parts += [.text(" where ")] + (breaks(rule) ?? [.text("1 = 0")])
            }
        }
        if parts.isEmpty {
            parts = [.text("select "), .hole("none"), .text(" as \(ruleColumn), \(rows) from \(name) as t where 1 = 0")]
        }
        return try dialect.render(.template(Template(parts)))
    }

    /// The values of a column.
    func values(_ column: String) -> SQLStatement { SQLStatement("select \(dialect.identifier(column)) from \(name)") }

    private var name: String { dialect.identifier(table) }

    /// `rule`, or where the table has such a column one with an underscore more.
    private var nameOfRuleColumn: String {
        var name = "rule"
        while columns.contains(where: { $0.name.lowercased() == name }) { name = "_" + name }
        return name
    }

    private func groups(_ columns: [String], _ selected: String) -> String {
        let keys = columns.map(dialect.identifier)
        let present = keys.map { "\($0) is not null" }.joined(separator: " and ")
        let group = keys.joined(separator: ", ")
        return "select \(selected) from \(name) where \(present) group by \(group) having count(*) > 1"
    }

    /// The condition of a row that breaks the rule; nil for rules that are not about single rows by SQL.
    private func breaks(_ rule: ExpectRule) -> [Template.Part]? {
        switch rule {
        case .notNull(let columns):
            return [.text("(" + columns.map { "\(dialect.identifier($0)) is null" }.joined(separator: " or ") + ")")]
        case .between(let column, let low, let high):
            let column = dialect.identifier(column)
            var parts: [Template.Part] = [.text("(")]
            if !low.isNull { parts += [.text("\(column) < "), .hole(low)] }
            if !low.isNull, !high.isNull { parts.append(.text(" or ")) }
            if !high.isNull { parts += [.text("\(column) > "), .hole(high)] }
            return parts + [.text(")")]
        case .inSet(let column, let values):
            return [.text("(\(dialect.identifier(column)) not in ("), .hole(.list(values)), .text("))")]
        case .unique, .matches, .rowCount: return nil
        }
    }
}
