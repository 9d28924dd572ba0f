// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

// A plugin as a third party writes it: a package of its own, which knows the SDK and nothing else.
let package = Package(
    name: "forge",
    products: [.library(name: "Forge", type: .dynamic, targets: ["Forge"])],
    dependencies: [.package(path: "../../../Sources/ConvergeSDK")],
    targets: [
        .target(
            name: "Forge", dependencies: [.product(name: "ConvergeSDK", package: "ConvergeSDK")],
            resources: [.embedInCode("Prices"), .embedInCode("Terraform")],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("NonisolatedNonsendingByDefault")
            ])
    ]
)
