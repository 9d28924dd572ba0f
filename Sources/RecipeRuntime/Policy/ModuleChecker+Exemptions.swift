// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ModuleChecker {
    /// The entries of `@exempt`.
    func exemptions(_ value: Expression, _ checker: ExpressionChecker) -> [ExemptionCode] {
        guard case .object(let object) = value else {
            if !value.isInvalid { reportExemption(value.range) }
            return []
        }
        var seen: Set<String> = []
        return object.entries.compactMap { entry in
            guard let policy = entry.key.plain, case .object(let fields) = entry.value else {
                reportExemption(entry.key.range)
                return nil
            }
            guard seen.insert(policy).inserted else {
                report(.repeatedField, "'\(policy)' is exempted twice", at: entry.key.range, help: ["keep one of them"])
                return nil
            }
            session.exemptions.append((policy, source.place(entry.key.range)))
            let codes = checkFields(GivenFields(fields), Self.exemptionRules, checker) { name, _ in
                report(.metaUnknown, "'@\(name.text)' stands inside '@exempt'", at: name.range)
            }
            guard let until = codes[0], let why = codes[1] else { return nil }
            return ExemptionCode(policy: policy, until: until.code, why: why.code, range: entry.key.range)
        }
    }

    private func reportExemption(_ range: SourceRange) {
        report(
            .metaMisused, "'@exempt' takes a day and a reason by policy", at: range,
            help: [Self.example])
    }

    private static let exemptionRules: FieldRules = {
        let fields = [
            FieldRule(FieldSchema("until", .date, "the last day of the exemption, in UTC"), .date),
            FieldRule(FieldSchema("why", .string, "the reason, for whoever reads the plan or the audit trail"), .string)
        ]
        return FieldRules(
            kind: "@exempt", fields: fields,
            index: Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) }), help: [example])
    }()

    private static let example =
        "@exempt: { no_public_lakes: { until: 2027-01-31, why: \"an open data set\" } }"
}

extension CheckSession {
    /// Tells of exemptions from policies that are not there.
    ///
    /// - Parameter policies: The names of all that there are, without those of the modules around them.
    func checkExemptions(_ policies: [String]) {
        for (policy, place) in exemptions {
            let name = policy.split(separator: ".").last.map(String.init) ?? policy
            if policies.contains(name) { continue }
            let nearest = NearestName.find(name, in: policies)
            report.add(
                Diagnostic(
                    .exemptionUnknown, "there is no policy '\(policy)' here to be exempt from", at: place,
                    nearest.map { "did you mean '\($0)'?" } ?? "", severity: .warning))
        }
    }
}
