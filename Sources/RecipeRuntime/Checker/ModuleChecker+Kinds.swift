// SPDX-License-Identifier: Apache-2.0
import ConvergeSDK
import RecipeSyntax

extension ModuleChecker {
    /// The contract of a resource's kind; nil, and a report, where nothing has it.
    func kind(_ written: DottedName, _ scope: NameScope) -> KindContract? {
        if let contract = session.library.kind(named: written.text) {
            if let capability = contract.capability {
                session.checkContract(capability)
                // Work that a platform carries by a thing of its own can be asked for as that thing.
                if capability.isActivity, session.library.mappings(of: capability.name).isEmpty {
                    reportActivity(capability, written)
                    return nil
                }
            }
            return contract
        }
        if let plugin = CheckSession.plugin(of: written.text) {
            if session.missingPlugins.contains(plugin) { return nil }
            if session.library.vocabulary.plugin(plugin) == nil {
                session.missingPlugins.insert(plugin)
                let nearest = NearestName.find(plugin, in: session.library.vocabulary.plugins.map(\.name))
                report(
                    .pluginMissing, "there is no plugin '\(plugin)' that could have the kind '\(written.text)'",
                    at: written.range, nearest.map { "did you mean '\($0)'?" } ?? "",
                    help: ["plugins    lists those that are there"])
                return nil
            }
        }
        if session.library.vocabulary.stepKinds[written.text] != nil {
            report(
                .unknownKind, "'\(written.text)' is work, not a thing", at: written.range,
                help: ["step NAME: \(written.text) { … } in a workflow"])
            return nil
        }
        let nearest = NearestName.find(written.text, in: session.library.resourceKindNames)
        report(
            .unknownKind, "there is no kind or capability '\(written.text)'", at: written.range,
            nearest.map { "did you mean '\($0)'?" } ?? "",
            help: nearest == nil ? ["mapping    lists the capabilities"] : [])
        return nil
    }

    private func reportActivity(_ capability: CapabilityContract, _ written: DottedName) {
        let named = capability.notes["steps"]?.list?.compactMap(\.string) ?? []
        let steps = named.filter { session.library.step(named: $0) != nil }
        report(
            .activityAsThing, "\(capability.name) is work, not a thing", at: written.range,
            help: steps.isEmpty ? [] : ["its steps in a workflow are " + steps.joined(separator: ", ")])
    }

    func stepKind(_ written: DottedName) -> StepContract? {
        if let contract = session.library.step(named: written.text) { return contract }
        if let plugin = CheckSession.plugin(of: written.text), session.missingPlugins.contains(plugin) { return nil }
        if session.library.type(named: written.text) != nil {
            report(
                .unknownKind, "'\(written.text)' is a thing, not work", at: written.range,
                help: ["resource NAME: \(written.text) { … } outside of the workflow"])
            return nil
        }
        let nearest = NearestName.find(written.text, in: Array(session.library.vocabulary.stepKinds.keys))
        report(
            .unknownKind, "there is no step kind '\(written.text)'", at: written.range,
            nearest.map { "did you mean '\($0)'?" } ?? "", help: nearest == nil ? ["help steps"] : [])
        return nil
    }
}

extension CapabilityContract {
    /// True for work that step kinds carry out: nothing to declare as a resource.
    var isActivity: Bool { notes["paper"]?.object?["form"]?.string == "activity" }
}
