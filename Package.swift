// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// The settings of every Swift target of this package.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault")
]
let sdk: Target.Dependency = .product(name: "ConvergeSDK", package: "ConvergeSDK")
let testKit: Target.Dependency = .product(name: "ConvergeTestKit", package: "ConvergeTestKit")
let installedLibraries: LinkerSetting = .unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", "$ORIGIN/../lib/converge"])

let package = Package(
    name: "converge",
    products: [
        .executable(name: "converge", targets: ["converge"]),
        .library(name: "Standard", type: .dynamic, targets: ["Standard"]),
        .library(name: "Local", type: .dynamic, targets: ["Local"]),
        .library(name: "AWS", type: .dynamic, targets: ["AWS"])
    ],
    dependencies: [
        .package(path: "Sources/ConvergeSDK"),
        .package(path: "Sources/ConvergeTestKit"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0")
    ],
    targets: [
        // C shims
        .target(name: "CEditLine", linkerSettings: [.linkedLibrary("edit")]),
        .target(name: "CSystemCalls"),

        // The language
        .target(name: "RecipeSyntax", dependencies: [sdk], swiftSettings: strict),

        // Decisions
        .target(name: "Planning", dependencies: [sdk], swiftSettings: strict),
        .target(name: "RecipeRuntime", dependencies: ["RecipeSyntax", "Planning", sdk], swiftSettings: strict),

        // Effects and records
        .target(name: "Execution", dependencies: ["Planning", sdk], swiftSettings: strict),
        .target(
            name: "Ledger",
            dependencies: [
                "Execution", "Planning", "CSystemCalls", sdk,
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift")
            ],
            swiftSettings: strict),

        // Plugins and what is lent to them
        .target(
            name: "PluginHost",
            dependencies: [
                sdk,
                "CSystemCalls",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system")
            ],
            swiftSettings: strict),

        // The shell and the executable
        .target(
            name: "Shell", dependencies: ["RecipeSyntax", "RecipeRuntime", "Planning", "Execution", "CEditLine", sdk],
            swiftSettings: strict),
        .executableTarget(
            name: "converge",
            dependencies: [
                "Shell", "RecipeSyntax", "RecipeRuntime", "Planning", "Execution", "Ledger", "PluginHost",
                "CSystemCalls", sdk,
                .product(name: "ArgumentParser", package: "swift-argument-parser")
            ],
            swiftSettings: strict, linkerSettings: [installedLibraries]),

        // First-party plugins
        .target(
            name: "Standard", dependencies: [sdk], path: "Plugins/Standard",
            resources: [.embedInCode("Capabilities"), .embedInCode("Shapes"), .embedInCode("Programs")],
            swiftSettings: strict),
        .target(
            name: "Local", dependencies: [sdk], path: "Plugins/Local",
            resources: [.embedInCode("Mappings"), .embedInCode("Prices"), .embedInCode("Terraform")],
            swiftSettings: strict),
        .target(name: "AWSTables", path: "Plugins/AWS/Tables"),
        .target(
            name: "AWS", dependencies: ["AWSTables", sdk], path: "Plugins/AWS",
            exclude: ["Tables", "Kinds", "Models", "Mappings", "Prices", "Terraform"],
            resources: [.embedInCode("Programs")], swiftSettings: strict),

        // Tests
        .target(
            name: "PlanningFixtures", dependencies: ["Planning", sdk], path: "Tests/PlanningFixtures",
            swiftSettings: strict),
        .testTarget(
            name: "RecipeSyntaxTests", dependencies: ["RecipeSyntax", sdk],
            resources: [.copy("Corpus"), .copy("Codes")], swiftSettings: strict),
        .testTarget(
            name: "PlanningTests", dependencies: ["Planning", "PlanningFixtures", sdk], swiftSettings: strict),
        .testTarget(
            name: "RecipeRuntimeTests", dependencies: ["RecipeRuntime", "RecipeSyntax", "Planning", sdk],
            resources: [.copy("Codes")], swiftSettings: strict),
        .testTarget(
            name: "ExecutionTests",
            dependencies: ["Execution", "Ledger", "Planning", "PlanningFixtures", "RecipeRuntime", testKit, sdk],
            swiftSettings: strict),
        .testTarget(
            name: "LedgerTests",
            dependencies: ["Ledger", "Execution", "Planning", sdk, .product(name: "GRDB", package: "GRDB.swift")],
            exclude: ["Golden"], swiftSettings: strict),
        .testTarget(
            name: "PluginHostTests", dependencies: ["ChildPrograms", "PluginFixtures", "PluginHost", sdk],
            swiftSettings: strict),
        .target(
            name: "PluginFixtures", dependencies: [sdk], path: "Tests/PluginFixtures", swiftSettings: strict),
        .testTarget(
            name: "StandardTests", dependencies: ["PluginFixtures", "PluginHost", "RecipeSyntax", testKit, sdk],
            swiftSettings: strict),
        .testTarget(
            name: "LocalTests", dependencies: ["PluginFixtures", "PluginHost", testKit, sdk], swiftSettings: strict),
        .testTarget(
            name: "AWSTests",
            dependencies: [
                "AWS", "ChildPrograms", "MappingTrials", "PluginFixtures", "PluginHost", "RecipeRuntime", testKit, sdk
            ],
            exclude: ["Kinds", "Mappings"], resources: [.copy("Data")], swiftSettings: strict),
        .testTarget(name: "ConvergeTestKitTests", dependencies: [testKit, sdk], swiftSettings: strict),
        .target(
            name: "ChildPrograms", dependencies: ["CSystemCalls"], path: "Tests/ChildPrograms", swiftSettings: strict),
        .target(
            name: "MappingTrials", dependencies: ["AWS", "Planning", "RecipeRuntime", "RecipeSyntax", sdk],
            path: "Tests/MappingTrials", swiftSettings: strict),
        .testTarget(
            name: "DocumentationTests", dependencies: ["ChildPrograms", "RecipeSyntax", sdk], swiftSettings: strict),
        .testTarget(name: "ShellTests", dependencies: ["Shell", sdk], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["ChildPrograms", "MappingTrials", sdk, .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict)
    ],
    swiftLanguageModes: [.v6]
)
