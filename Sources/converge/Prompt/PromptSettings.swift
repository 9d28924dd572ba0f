// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK
import Shell

/// What the words behind `converge` give to the prompt.
struct PromptSettings: Sendable {
    var environment: String?
    /// Each as `NAME=VALUE`.
    private(set) var settings: [String] = []

    init() {}

    /// Nil where another word is among them, which makes it a verb.
    init?(_ arguments: [String]) {
        var rest = arguments[...]
        while let word = rest.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts[0] == "--env" || parts[0] == "--set", let value = parts.count == 2 ? parts[1] : rest.popFirst()
            else { return nil }
            if parts[0] == "--env" { environment = value } else { settings.append(value) }
        }
    }

    /// The values for the parameters that a module has.
    func values(for text: ModuleText) -> [(name: String, text: String)] {
        if settings.isEmpty { return [] }
        let names = Set(text.parameters)
        return pairs.filter { names.contains($0.name) }
    }

    /// The same as options of a verb at the prompt.
    func options(for text: ModuleText) -> SharedOptions {
        var options = SharedOptions.none
        options.environment = environment
        options.settings = values(for: text).map { "\($0.name)=\($0.text)" }
        return options
    }

    /// The names for which the module has no parameter.
    func unclaimed(in text: ModuleText) -> [String] {
        let names = Set(text.parameters)
        return pairs.map(\.name).filter { !names.contains($0) }
    }

    /// - Throws: A usage error for one without `=`.
    func validate() throws {
        var options = SharedOptions.none
        options.settings = settings
        _ = try options.settingValues()
    }

    private var pairs: [(name: String, text: String)] {
        settings.compactMap { setting in
            guard let equals = setting.firstIndex(of: "=") else { return nil }
            return (String(setting[..<equals]), String(setting[setting.index(after: equals)...]))
        }
    }
}
