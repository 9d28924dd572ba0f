// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning

/// Draws what policies say of a plan.
package struct PolicyRenderer: Sendable {
    private let style: TextStyle

    package init(style: TextStyle) { self.style = style }

    /// One finding: what it means, the resource, the policy, the reason.
    package func line(_ finding: PolicyFinding) -> String {
        let subject = "\(finding.resource), policy '\(finding.policy)': \(finding.reason)"
        if let exemption = finding.exemption, finding.isExempt {
            return style(.changed, "  exempt ") + subject
                + style(.dim, " (until \(exemption.until): \(exemption.why))")
        }
        switch finding.verdict {
        case .broken: return style(.changed, "  \(Self.word(finding.effect)) ") + subject
        case .undecided(let origin):
            return style(.dim, "  open   ") + subject
                + style(.dim, " (`\(finding.effect.rawValue)` is decided once \(origin) is known)")
        }
    }

    private static func word(_ effect: PolicyEffect) -> String {
        effect.rawValue.padding(to: 6)
    }

    package static func object(_ finding: PolicyFinding) -> ObjectValue {
        var object: ObjectValue = [
            "policy": .string(finding.policy), "effect": .string(finding.effect.rawValue),
            "resource": .string(finding.resource.text), "reason": .string(finding.reason)
        ]
        switch finding.verdict {
        case .broken: object["verdict"] = .string(finding.isExempt ? "exempt" : "broken")
        case .undecided(let origin):
            object["verdict"] = "undecided"
            object["origin"] = .string(origin)
        }
        if let exemption = finding.exemption {
            object["exemption"] = .object([
                "until": .string(exemption.until.description), "why": .string(exemption.why)
            ])
        }
        return object
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
