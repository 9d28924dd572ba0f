// SPDX-License-Identifier: Apache-2.0
package import ConvergeSDK
package import Planning
import RecipeSyntax

/// What a recipe finds in one environment: connections and values for parameters.
package struct EnvironmentDefinition: Sendable {
    package var name: String
    package var connections: [ConnectionDefinition]
    /// `set`, by parameter.
    package var values: [String: EnvironmentValue]
    /// The packs of policies that hold for every recipe in it.
    package var packs: PolicyPacks?
    /// What it may cost in a month; nil where nobody says.
    package var budget: Budget?

    package init(name: String, connections: [ConnectionDefinition], values: [String: EnvironmentValue] = [:]) {
        self.name = name
        self.connections = connections
        self.values = values
    }

    /// The environment of a project that declares none: this machine.
    package static let standard = EnvironmentDefinition(
        name: "default", connections: [ConnectionDefinition(alias: "local", plugin: "local")])
}

/// The imports of an environment, as its project's file writes them.
package struct PolicyPacks: Sendable {
    /// The project's file; the paths of the imports are relative to its folder.
    package let file: String
    let source: SourceText
    let imports: [ImportStatement]

    /// The names under which they are imported.
    package var names: [String] { imports.map(\.alias.text) }
}

/// A `use` line.
package struct ConnectionDefinition: Sendable {
    package var alias: String
    package var plugin: String
    package var settings: ObjectValue
    /// Nil for the connection that is there without being asked for.
    package var place: SourcePlace?

    package init(alias: String, plugin: String, settings: ObjectValue = [:], place: SourcePlace? = nil) {
        self.alias = alias
        self.plugin = plugin
        self.settings = settings
        self.place = place
    }

    var use: (alias: String, plugin: String) { (alias, plugin) }
}

/// The value that an environment sets for a parameter.
package struct EnvironmentValue: Sendable {
    package var value: Value
    package var place: SourcePlace

    package init(value: Value, place: SourcePlace) {
        self.value = value
        self.place = place
    }
}

/// The connections that a recipe can use: its own where it names some, else the environment's.
struct Connections: Sendable {
    private(set) var all: [ConnectionDefinition]

    init(_ all: [ConnectionDefinition]) { self.all = all }

    var aliases: [String] { all.map(\.alias) }

    func isKnown(_ alias: String) -> Bool { all.contains { $0.alias == alias } }

    func plugin(of alias: String) -> String? { all.first { $0.alias == alias }?.plugin }

    /// The first connection of a plugin.
    func alias(ofPlugin plugin: String) -> String? { all.first { $0.plugin == plugin }?.alias }
}
