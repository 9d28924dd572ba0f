// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension Plan {
    /// The plan with only the changes of these resources; the others stay as they are.
    package func limited(to addresses: Set<Address>) -> Plan {
        var plan = self
        let isKept = { (change: PlannedChange) in addresses.contains(change.address) || change.action == .unchanged }
        plan.leftOut = changes.filter { !isKept($0) }.map(\.address)
        plan.changes = changes.filter(isKept)
        return plan
    }
}
