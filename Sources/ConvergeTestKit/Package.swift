// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let package = Package(
    name: "ConvergeTestKit",
    products: [.library(name: "ConvergeTestKit", targets: ["ConvergeTestKit"])],
    dependencies: [.package(path: "../ConvergeSDK")],
    targets: [
        .target(
            name: "ConvergeTestKit",
            dependencies: [.product(name: "ConvergeSDK", package: "ConvergeSDK")],
            path: ".",
            exclude: ["Package.swift"],
            sources: ["Conformance", "Fakes"],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault")
            ])
    ],
    swiftLanguageModes: [.v6]
)
