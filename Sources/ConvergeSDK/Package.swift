// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
    name: "ConvergeSDK",
    products: [.library(name: "ConvergeSDK", type: .dynamic, targets: ["ConvergeSDK"])],
    targets: [
        .target(
            name: "ConvergeSDK",
            path: ".",
            exclude: ["Package.swift"],
            sources: ["Value", "Schema", "Diagnostics", "Resources", "Steps", "Facets", "Plugins", "Services"],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
                .unsafeFlags(["-enable-library-evolution"])
            ])
    ],
    swiftLanguageModes: [.v6]
)
