// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import ConvergeSDK

/// The options that mean the same at every verb.
struct SharedOptions: ParsableArguments {
    @Option(name: .customLong("env"), help: "The environment; `default` where none is declared.")
    var environment: String?

    @Option(
        name: .customLong("set"), parsing: .singleValue,
        help: ArgumentHelp(
            "Gives a parameter a value: text as it is for String, Sql, Shell and Url, else a literal.",
            valueName: "name=value"))
    var settings: [String] = []

    @Flag(help: "Prints one JSON document instead of text.")
    var json = false

    /// No option given.
    static var none: SharedOptions {
        var options = SharedOptions()
        options.environment = nil
        options.settings = []
        options.json = false
        return options
    }

    /// The values of `--set`, by name.
    ///
    /// - Throws: A usage error for one without `=`.
    func settingValues() throws -> [(name: String, text: String)] {
        try settings.map { setting in
            guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
                throw ValidationError("--set takes NAME=VALUE, not '\(setting)'")
            }
            return (String(setting[..<equals]), String(setting[setting.index(after: equals)...]))
        }
    }
}

/// The options of verbs that change the world.
struct ChangeOptions: ParsableArguments {
    @Flag(help: "Does not ask.")
    var yes = false

    @Option(help: "How long to wait for another command that holds the environment or the run, such as 30s.")
    var wait: String = "0s"

    @Option(help: "How many operations are under way at once.")
    var parallelism: Int = 32

    @Flag(help: "Prints what happens as one JSON object a line.")
    var events = false

    /// - Throws: A usage error for a text that is no duration.
    func waitDuration() throws -> Duration {
        let units: [(suffix: String, seconds: Double)] = [
            ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)
        ]
        for unit in units where wait.hasSuffix(unit.suffix) {
            if let number = Double(wait.dropLast(unit.suffix.count)), number >= 0, number < 1e9 {
                return .milliseconds(Int64(number * unit.seconds * 1000))
            }
        }
        throw ValidationError("--wait takes a duration such as 30s or 5m, not '\(wait)'")
    }

    func validate() throws {
        try ReadingOptions.check(parallelism)
        _ = try waitDuration()
    }

    /// The words that mean the same behind another verb of its kind, without `--yes`.
    var words: [String] {
        ["--wait", wait, "--parallelism", String(parallelism)] + (events ? ["--events"] : [])
    }
}

/// The options of verbs that look at many things.
struct ReadingOptions: ParsableArguments {
    @Option(help: "How many resources are read at once.") var parallelism = 32

    func validate() throws { try Self.check(parallelism) }

    static func check(_ parallelism: Int) throws {
        guard (1...1024).contains(parallelism) else {
            throw ValidationError("--parallelism takes a number from 1 to 1024")
        }
    }
}
