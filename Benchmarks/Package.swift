// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "millrace-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "millrace", path: "..")],
    targets: [
        .executableTarget(
            name: "workloads",
            dependencies: [.product(name: "Millrace", package: "millrace")])
    ])
