// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// On Linux, Swift's own libraries become part of a program that is built for use: counting a reference is a call
/// then, not a jump through a table of addresses. Modules that use Foundation ask for its shared library, which brings
/// its parts along; linked statically, the parts have to be named. Test runners cannot be linked so, which is why no
/// test depends on a target with these settings.
let linkage: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-static-stdlib", "-lCoreFoundation", "-l_FoundationCShims", "-l_FoundationCollections",
            "-l_FoundationICU",
        ], .when(platforms: [.linux], configuration: .release))
]

/// An example program: its command line in a file, its topology in `Topologies`.
func example(_ name: String) -> Target {
    .executableTarget(
        name: name,
        dependencies: [
            "ExampleSupport", "Recommender", "Topologies",
            .product(name: "Millrace", package: "millrace"),
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        swiftSettings: settings, linkerSettings: linkage)
}

let package = Package(
    name: "millrace-examples",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ShopSimulation", targets: ["ShopSimulation"]),
        .executable(name: "storefront", targets: ["StorefrontProgram"]),
    ],
    dependencies: [
        .package(name: "millrace", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.0.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.83.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.25.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.25.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.6.0"),
    ],
    targets: [
        .target(
            name: "Recommender",
            dependencies: [.product(name: "Millrace", package: "millrace")],
            swiftSettings: settings),
        .target(
            name: "Topologies",
            dependencies: ["Recommender", .product(name: "Millrace", package: "millrace")],
            swiftSettings: settings),
        .target(
            name: "ShopSimulation",
            dependencies: [.product(name: "Millrace", package: "millrace")],
            swiftSettings: settings),
        .target(
            name: "ExampleSupport",
            dependencies: [
                "ShopSimulation", "Topologies",
                .product(name: "Millrace", package: "millrace"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            resources: [.copy("Data")],
            swiftSettings: settings),
        .target(
            name: "SimulatedExamples",
            dependencies: [
                "Recommender", "ShopSimulation", "Topologies",
                .product(name: "Millrace", package: "millrace"),
                .product(name: "MillraceTesting", package: "millrace"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "simulate",
            dependencies: [
                "SimulatedExamples",
                .product(name: "MillraceTesting", package: "millrace"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),
        .target(
            name: "Storefront",
            dependencies: [
                "Recommender", "Topologies", .product(name: "Millrace", package: "millrace"),
            ],
            swiftSettings: settings),
        .target(
            name: "StorefrontServer",
            dependencies: [
                "Storefront", "Topologies", .product(name: "Millrace", package: "millrace"),
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.copy("OpenAPI"), .copy("Web")],
            swiftSettings: settings),
        .target(
            name: "StorefrontCommand",
            dependencies: [
                "ExampleSupport", "Recommender", "ShopSimulation", "Storefront",
                "StorefrontServer", "Topologies",
                .product(name: "Millrace", package: "millrace"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "StorefrontProgram", dependencies: ["StorefrontCommand"],
            swiftSettings: settings, linkerSettings: linkage),
        example("sessionization"),
        example("trending"),
        example("active-users"),
        example("recommendations"),
        .testTarget(
            name: "RecommenderTests",
            dependencies: [
                "Recommender", .product(name: "Millrace", package: "millrace"),
                .product(name: "MillraceTesting", package: "millrace"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "StorefrontTests",
            dependencies: [
                "Recommender", "ShopSimulation", "Storefront", "Topologies",
                .product(name: "Millrace", package: "millrace"),
                .product(name: "MillraceTesting", package: "millrace"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "StorefrontServerTests",
            dependencies: [
                "Storefront", "StorefrontServer", "Topologies",
                .product(name: "Millrace", package: "millrace"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "StorefrontCommandTests",
            dependencies: [
                "Recommender", "ShopSimulation", "Storefront", "StorefrontCommand",
                "StorefrontServer", "Topologies",
                .product(name: "Millrace", package: "millrace"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "TopologiesTests",
            dependencies: [
                "SimulatedExamples",
                "Topologies", "ExampleSupport",
                .product(name: "Millrace", package: "millrace"),
                .product(name: "MillraceTesting", package: "millrace"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ShopSimulationTests",
            dependencies: [
                "ShopSimulation",
                .product(name: "Millrace", package: "millrace"),
                .product(name: "MillraceTesting", package: "millrace"),
            ],
            swiftSettings: settings),
    ])
