// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

extension Plan {
    /// The plan with only the changes of these resources; the others stay as they are.
    package func limited(to addresses: Set<Address>) -> Plan {
        var plan = self
        plan.changes = changes.compactMap { change in
            if addresses.contains(change.address) || change.action == .unchanged { return change }
            if change.action == .delete { return nil }
            var quiet = change
            quiet.action = .unchanged
            quiet.address = change.movedFrom ?? change.address
            quiet.movedFrom = nil
            quiet.fields = []
            quiet.reasons = []
            return quiet
        }
        return plan
    }
}
