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
        .library(name: "MillraceSQLite", targets: ["MillraceSQLite"]),
        .executable(name: "millrace-checkpoint", targets: ["millrace-checkpoint"]),
    ],
    // Each integration is behind a trait, so that nobody fetches the packages of those they do not use.
    traits: [
        .trait(name: "SQLite", description: "MillraceSQLite: sinks that write to SQLite databases"),
        .default(enabledTraits: []),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0")
    ],
    targets: [
        .target(name: "CMillrace"),
        .target(name: "Millrace", dependencies: ["CMillrace"], swiftSettings: settings),
        .target(name: "MillraceFoundation", dependencies: ["Millrace"], swiftSettings: settings),
        .target(name: "MillraceTesting", dependencies: ["Millrace"], swiftSettings: settings),
        .target(
            name: "MillraceSQLite",
            dependencies: [
                "Millrace",
                .product(
                    name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "MillraceSQLiteTests",
            dependencies: [
                "MillraceSQLite", "MillraceTesting",
                .product(
                    name: "GRDB", package: "GRDB.swift", condition: .when(traits: ["SQLite"])),
            ],
            swiftSettings: settings),
        .target(name: "CheckpointTool", dependencies: ["Millrace"], swiftSettings: settings),
        .executableTarget(
            name: "millrace-checkpoint", dependencies: ["CheckpointTool"], swiftSettings: settings),
        .testTarget(
            name: "MillraceTests",
            dependencies: ["Millrace", "MillraceFoundation", "MillraceTesting", "CheckpointTool"],
            resources: [.copy("Resources")],
            swiftSettings: settings),
    ])
