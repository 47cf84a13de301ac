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

let package = Package(
    name: "millrace-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "millrace", path: ".."),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
        // No traits: its hooks into the allocator would be part of what is measured, and need
        // packages of their own. The workloads count allocations themselves.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .target(
            name: "CReference",
            cSettings: [.unsafeFlags(["-O3", "-march=native", "-ffp-contract=off"])]),
        .target(name: "CProcess"),
        .executableTarget(
            name: "workloads",
            dependencies: [
                "CProcess",
                "CReference",
                .product(name: "Millrace", package: "millrace"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings, linkerSettings: linkage),
        .executableTarget(
            name: "Pieces",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "Millrace", package: "millrace"),
            ],
            path: "Benchmarks/Pieces",
            swiftSettings: settings,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    ])
