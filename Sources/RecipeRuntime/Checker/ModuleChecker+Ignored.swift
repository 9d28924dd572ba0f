// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ModuleChecker {
    /// The fields that `@ignore` names: `labels`, `labels.team`, `"labels.cost center"`.
    func ignored(_ value: Expression) -> [IgnoredCode] {
        let items: [Expression]
        if case .list(let list) = value { items = list.elements } else { items = [value] }
        return items.compactMap { item in
            if item.isInvalid { return nil }
            guard let path = Self.path(item) else {
                report(
                    .metaMisused, "'@ignore' takes names of fields", at: item.range, help: ["@ignore: [labels, size]"])
                return nil
            }
            return IgnoredCode(path: path, range: item.range)
        }
    }

    private static func path(_ item: Expression) -> String? {
        switch item {
        case .name(let name): name.text
        case .string(let string): string.plainText
        case .member(let member): path(member.base).map { "\($0).\(member.name.text)" }
        default: nil
        }
    }

    /// A capability's fields belong to its children, which only its mapping knows.
    func checkIgnored(_ ignored: [IgnoredCode], _ contract: KindContract) {
        if contract.isCapability { return }
        for code in ignored {
            let name = code.path.split(separator: ".").first.map(String.init) ?? code.path
            if let position = contract.fieldIndex[name], !contract.fields[position].isComputed { continue }
            let nearest = NearestName.find(name, in: contract.fields.map(\.name))
            report(
                .unknownField, "\(contract.name) has no field '\(name)' to ignore", at: code.range,
                nearest.map { "did you mean '\($0)'?" } ?? "", help: ["explain \(contract.name)"])
        }
    }
}
