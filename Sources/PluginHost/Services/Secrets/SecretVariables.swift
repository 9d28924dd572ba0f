// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// The names under which a project reads secrets from the variables of this process.
///
/// They are for whom the project gives them to: a program that it starts does not inherit them.
package final class SecretVariables: Sendable {
    private let names = Mutex<Set<String>>([])

    package init() {}

    /// Takes the names of secrets.
    package func add(_ secrets: some Sequence<String>) { names.withLock { $0.formUnion(secrets) } }

    /// The variables that hold them, or name the files that do.
    var variables: [String] { names.withLock { names in names.flatMap { [$0, $0 + "_FILE"] } } }
}
