// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import Planning

/// Which part of a plan is wanted, and from what it is made.
struct SelectionOptions: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Only this resource and what it needs; may be given several times.", valueName: "address"))
    var only: [String] = []
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Neither this resource nor what needs it; may be given several times.", valueName: "address"))
    var except: [String] = []
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Makes this resource anew, whatever the recipe says; may be given several times.", valueName: "address"))
    var replace: [String] = []
    @Flag(help: "Changes nothing: the ledger takes what is there.") var refreshOnly = false
    @Flag(help: "Plans from what is recorded, without asking the platforms what is there.") var offline = false

    func validate() throws {
        if refreshOnly, offline {
            throw ValidationError("--refresh-only asks the platforms, which --offline forbids: leave one out.")
        }
        if refreshOnly, !replace.isEmpty {
            throw ValidationError("--refresh-only changes nothing: leave --replace out.")
        }
    }

    var selection: PlanSelection {
        var selection = PlanSelection()
        selection.only = only.map(Self.address)
        selection.except = except.map(Self.address)
        selection.replace = replace.map(Self.address)
        selection.isRefreshOnly = refreshOnly
        selection.isOffline = offline
        return selection
    }

    /// The address that is meant: a shell takes the quotes out of `note["a"]`.
    static func address(_ typed: String) -> String {
        typed.replacing(/\[([^\]"]*)\]/) { "[\"\($0.output.1)\"]" }
    }
}
