// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import Planning

/// The module that is meant by addresses, of which each module has its own.
enum AddressedModule {
    /// - Parameters:
    ///   - given: What `--module` says.
    ///   - prompt: The module at the prompt, which is meant before others.
    ///   - isMeant: Whether an address is meant by a name.
    static func find(
        of names: [String], given: String?, among records: [ResourceRecord], prompt: String?,
        isMeant: (Address, String) -> Bool
    ) throws(Diagnostic) -> String {
        var modules: Set<String>?
        for name in names {
            let having = Set(records.filter { isMeant($0.identity.address, name) }.map(\.identity.module))
            if having.isEmpty || given.map({ !having.contains($0) }) ?? false {
                let known = records.filter { given == nil || $0.identity.module == given }
                    .map(\.identity.address.text)
                throw Diagnostic(
                    .noSuchResource, "nothing\(given.map { " of \($0)" } ?? "") has the address '\(name)'",
                    help: NearestName.find(name, in: known).map { ["did you mean '\($0)'?"] } ?? [
                        "show    lists what there is"
                    ])
            }
            modules = modules.map { $0.intersection(having) } ?? having
        }
        if let given { return given }
        let found = (modules ?? []).sorted()
        if let prompt, found.contains(prompt) { return prompt }
        if let only = found.first, found.count == 1 { return only }
        throw Diagnostic(
            .severalOfAddress,
            found.isEmpty
                ? "no module has all of \(names.joined(separator: ", "))"
                : "\(names.joined(separator: ", ")) may be of \(found.joined(separator: " or "))",
            help: found.isEmpty ? ["give them one after the other"] : found.map { "--module \($0)" })
    }
}
