// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK

/// The tables that a run has for itself: what it wrote stays as it wrote it until the run ends, since a later step
/// reads it by its name.
package protocol TableClaims: Sendable {
    /// Returns once the run has the table; a table that it has already is no error.
    ///
    /// - Parameter resource: The native resource that holds the table.
    /// - Throws: A diagnostic that names the run which has it, once the time to wait is over.
    func claim(_ table: String, of resource: ResourceIdentity) async throws(Diagnostic)
}
