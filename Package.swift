// swift-tools-version: 6.2
import PackageDescription

/// One set of flags for every target: strict, explicit, and warnings that stop the build in CI.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "millrace",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Millrace", targets: ["Millrace"]),
        .library(name: "MillraceTesting", targets: ["MillraceTesting"]),
        .library(name: "MillraceFoundation", targets: ["MillraceFoundation"]),
        .executable(name: "millrace-checkpoint", targets: ["millrace-checkpoint"]),
    ],
    targets: [
        .target(name: "CMillrace"),
        .target(name: "Millrace", dependencies: ["CMillrace"], swiftSettings: settings),
        .target(name: "MillraceFoundation", dependencies: ["Millrace"], swiftSettings: settings),
        .target(name: "MillraceTesting", dependencies: ["Millrace"], swiftSettings: settings),
        .target(name: "CheckpointTool", dependencies: ["Millrace"], swiftSettings: settings),
        .executableTarget(
            name: "millrace-checkpoint", dependencies: ["CheckpointTool"], swiftSettings: settings),
        .testTarget(
            name: "MillraceTests",
            dependencies: ["Millrace", "MillraceFoundation", "MillraceTesting", "CheckpointTool"],
            resources: [.copy("Resources")],
            swiftSettings: settings),
    ])
