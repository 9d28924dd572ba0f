// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// What the meta fields of a resource say of how it is treated.
struct ResourceTerms: Sendable {
    /// `@protect`; nil where nothing is said.
    var protection: Bool?
    var formerly: [Address] = []
    /// By policy, as it is written.
    var exemptions: [String: PolicyExemption] = [:]
    /// Fields or parts of fields whose present values stay; for a capability behind the name of a child.
    var ignored: [String] = []
    var replacement: ReplacementOrder?
    /// The platform's own name of what is to be adopted.
    var adopted: String?
    var owner: String?

    /// The terms of a child of a capability, before its own.
    ///
    /// - Parameters:
    ///   - name: The child's, as the mapping has it.
    ///   - suffix: Its address below the capability's.
    func ofChild(_ name: String, _ suffix: String) -> ResourceTerms {
        var terms = self
        terms.formerly = formerly.map { $0.child(suffix) }
        terms.ignored = ignored.compactMap { path in
            path.hasPrefix(name + ".") ? String(path.dropFirst(name.count + 1)) : nil
        }
        terms.adopted = nil
        return terms
    }
}
