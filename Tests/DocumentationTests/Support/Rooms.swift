// SPDX-License-Identifier: Apache-2.0

/// A folder of code, and what it may import.
struct Room: Sendable {
    /// A path below the repository's root.
    let folder: String
    /// Rooms and packages.
    let imports: Set<String>
    /// Modules of the toolchain.
    let system: Set<String>

    var name: String { folder.split(separator: "/").last.map(String.init) ?? folder }

    init(_ folder: String, _ imports: Set<String> = [], system: Set<String>) {
        self.folder = folder
        self.imports = imports
        self.system = system
    }
}

extension Room {
    /// Decides on values: no files, no clock, no processes.
    private static let pure: Set<String> = ["Synchronization"]
    /// Foundation without its international half, which would cost every start some milliseconds.
    private static let light: Set<String> = ["Dispatch", "FoundationEssentials", "Glibc", "Synchronization"]
    private static let any: Set<String> = light.union(["Foundation", "FoundationInternationalization"])

    /// The rooms of docs/architecture in layer order, each with the arrows that leave it.
    static let all: [Room] = [
        // The contract, which depends on nothing.
        Room("Sources/ConvergeSDK", system: ["FoundationEssentials", "Synchronization"]),
        Room("Sources/ConvergeTestKit", ["ConvergeSDK", "Testing"], system: light),

        // C shims
        Room("Sources/CEditLine", system: []),
        Room("Sources/CSystemCalls", system: []),

        // The language
        Room("Sources/RecipeSyntax", ["ConvergeSDK"], system: pure),

        // Decisions
        // Foundation knows the time zones, and the executable holds it anyway.
        Room("Sources/Planning", ["ConvergeSDK"], system: pure.union(["Foundation"])),
        Room("Sources/RecipeRuntime", ["ConvergeSDK", "Planning", "RecipeSyntax"], system: pure),

        // Effects and records
        Room("Sources/Execution", ["ConvergeSDK", "Planning"], system: pure),
        Room(
            "Sources/Ledger",
            ["CSystemCalls", "ConvergeSDK", "Crypto", "Execution", "GRDB", "GRDBSQLite", "Planning"],
            system: light),

        // Plugins and what is lent to them
        Room(
            "Sources/PluginHost",
            [
                "AsyncHTTPClient", "CSystemCalls", "ConvergeSDK", "Crypto", "GRDB", "GRDBSQLite", "NIOCore",
                "CryptoExtras", "NIOFoundationCompat", "NIOHTTP1", "NIOPosix", "NIOSSL", "Subprocess", "SystemPackage"
            ],
            system: light),

        // The shell and the executable
        Room(
            "Sources/Shell", ["CEditLine", "ConvergeSDK", "Execution", "Planning", "RecipeRuntime", "RecipeSyntax"],
            system: light),
        Room(
            "Sources/converge",
            [
                "ArgumentParser", "CSystemCalls", "ConvergeSDK", "Execution", "Ledger", "Planning", "PluginHost",
                "RecipeRuntime", "RecipeSyntax", "Shell"
            ],
            system: light),

        // First-party plugins: what they can do, anybody's can
        Room("Plugins/Standard", ["ConvergeSDK"], system: any),
        Room("Plugins/Local", ["ConvergeSDK"], system: any),
        // What it sends and reads are the services' own forms, XML among them.
        Room("Plugins/AWS", ["AWSTables", "ConvergeSDK"], system: any.union(["FoundationXML"]))
    ]
}
