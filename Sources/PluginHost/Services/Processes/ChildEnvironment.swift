// SPDX-License-Identifier: Apache-2.0

/// Variables that the programs of a piece of work find, whoever starts them; what a plugin sets itself comes first.
package enum ChildEnvironment {
    @TaskLocal package static var added: [String: String] = [:]

    /// What no program inherits, beside the secrets of the project: the keys of what it keeps secret, and the files that
    /// hold them, are for nobody else.
    static let withheld = StoreKeySource.variables + [ValueSealer.variable]
}
