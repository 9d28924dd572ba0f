// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Execution
import Planning
import Shell

struct ForgetVerb: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Lets go of resources: the things stay, and are Converge's no more.",
        discussion: "A recipe that still declares one makes another at its next apply: take the declaration out, too.")

    @Argument(help: "Addresses, such as lake or note[\"a\"]; a name stands for all that a loop made under it.")
    var addresses: [String]
    @Option(help: "The module that has them, where several have something of that address.") var module: String?
    @Flag(help: "Lets go of what is protected, too.") var protected = false
    @OptionGroup var shared: SharedOptions
    @OptionGroup var change: ChangeOptions

    func run() async throws {
        let workspace = try Workspace(RecipeArgument(nil), shared, needsRecipe: false)
        try await workspace.checkEnvironment()
        let all = try await workspace.records()
        let target = try ForgetTarget(addresses, module: module, among: all, prompt: workspace.module)
        if workspace.module == target.module { try workspace.beginChange() }
        let isQuiet = shared.json || change.events
        let (output, mayBeProtected) = (workspace.output, protected)
        let isConfirmed = change.yes || workspace.invocation.isConfirmed
        let question = Question(output: output, interruption: workspace.interruption)
        let wait = try change.waitDuration()
        let done = try await workspace.watching {
            try await workspace.engine.forget(
                target.addresses, of: target.module, wait: wait, until: workspace.interruption
            ) { (records) throws(Diagnostic) in
                if let record = records.first(where: \.isProtected), !mayBeProtected {
                    throw Diagnostic(
                        .planProtected, "\(record.identity.address) is protected and would be forgotten",
                        help: ["--protected    lets go of it all the same"])
                }
                if !isQuiet { output.print(target.text(records, output.style), terminator: "") }
                return isConfirmed ? true : try await question.confirm("Forget these?")
            }
        }
        guard let done else { throw Diagnostic(.notConfirmed, "declined; nothing was changed") }
        if shared.json {
            output.print(document: [
                "run": .object(["id": .string(done.run.id), "status": .string(done.run.status.rawValue)]),
                "forgotten": .list(done.records.map { .object(RecordDocuments.object($0)) }),
                "dependants": .list(target.dependants.map { .string($0.text) })
            ])
        } else {
            output.print("\(done.run.id): \(done.records.count) forgotten. What is there stays as it is.")
        }
    }
}

/// The rows that are meant by addresses.
struct ForgetTarget: Sendable {
    let module: String
    /// In the order of addresses, children of what a capability made included.
    let addresses: [Address]
    /// What stays and reads one of them.
    let dependants: [Address]

    /// - Parameter prompt: The module at the prompt, which is meant before others.
    init(_ names: [String], module: String?, among records: [ResourceRecord], prompt: String?) throws {
        let chosen = try AddressedModule.find(
            of: names, given: module, among: records, prompt: prompt, isMeant: { $0.isMeant(by: $1) })
        self.module = chosen
        let own = records.filter { $0.identity.module == chosen }
        var meant = Set(
            own.map(\.identity.address).filter { address in names.contains { address.isMeant(by: $0) } })
        // A capability without one of its parts is not recorded as whole.
        for record in own where record.composite?.children.contains(where: { meant.contains($0) }) ?? false {
            meant.insert(record.identity.address)
        }
        let all = meant
        addresses = all.sorted()
        dependants = own.filter { record in
            record.composite == nil && !all.contains(record.identity.address)
                && record.dependencies.contains { all.contains($0) }
        }.map(\.identity.address).sorted()
    }

    func text(_ records: [ResourceRecord], _ style: TextStyle) -> String {
        var text = ""
        for record in records {
            let id = record.outputs["id"]?.string.map { "  \($0)" } ?? ""
            text += style(.changed, "  - \(record.identity.address)") + style(.dim, "  \(record.kind)\(id)") + "\n"
        }
        if !dependants.isEmpty {
            text +=
                "  \(dependants.map(\.text).joined(separator: ", ")) "
                + "\(dependants.count == 1 ? "keeps" : "keep") what was read of it.\n"
        }
        return text
    }
}
