// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// A plugin with a step that does nothing, so that what is measured of a workflow is the engine.
let package = Package(
    name: "bench",
    products: [.library(name: "Bench", type: .dynamic, targets: ["Bench"])],
    dependencies: [.package(path: "../../../Sources/ConvergeSDK")],
    targets: [
        .target(
            name: "Bench",
            dependencies: [.product(name: "ConvergeSDK", package: "ConvergeSDK")],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault")
            ])
    ]
)
