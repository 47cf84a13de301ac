import Foundation
import Millrace
import Storefront
import Testing

/// A real recording with reference results, where the environment says that there is some.
struct ReferenceSet {
    static let root = ProcessInfo.processInfo.environment["MILLRACE_SHARED"]
    static var isAvailable: Bool { root != nil }
    static let reason: Comment = "MILLRACE_SHARED does not name a folder with reference data"

    #if DEBUG
        static let isFast = false
    #else
        static let isFast = true
    #endif

    /// The sets that are small enough for a debug build, and all of them in a release build.
    static func names(_ small: [String], large: [String]) -> [String] {
        isFast ? small + large : small
    }

    let folder: URL
    private let file: String

    init(_ name: String) throws {
        folder = URL(fileURLWithPath: try #require(Self.root)).appending(path: "data/\(name)")
        file = try #require(
            FileManager.default.contentsOfDirectory(atPath: folder.path)
                .first { $0.hasSuffix(".csv.gz") })
    }

    /// What a topology makes of the whole recording, read and cleaned as the report does it.
    func results<Output: Sendable>(
        parallelism: Int = 1,
        _ build: (DataStream<ShopEvent>) throws -> DataStream<Output>
    ) async throws -> [Output] {
        let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Self.output(
            of: "gzip -dc '\(folder.appending(path: file).path)' > '\(path)'")
        let results = Collected<Output>()
        let topology = try Topology("reference") { flow in
            let events = flow.source(
                .csv(path, as: ShopEvent.self), eventTime: { $0.time },
                watermarks: .bounded(outOfOrderness: .hours(6))
            ).onError(.skipAndCount)
            try build(intake(events)).sink(.collect(into: results))
        }
        try await topology.run(RunOptions(parallelism: parallelism))
        return results.elements
    }

    /// A file of reference results.
    func expected(_ name: String) throws -> Expected {
        let data = try Data(contentsOf: folder.appending(path: "expected/\(name).json"))
        return Expected(value: try JSONSerialization.jsonObject(with: data))
    }

    /// SHA-256 of the lines, each followed by a line feed, in hexadecimal.
    static func digest(_ lines: [String]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return String(try output(of: "sha256sum '\(file.path)'").prefix(64))
    }

    @discardableResult
    private static func output(of command: String) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}

/// A value of a reference file.
struct Expected {
    let value: Any?

    subscript(name: String) -> Expected { Expected(value: (value as? [String: Any])?[name]) }
    var int: Int? { value as? Int }
    var string: String? { value as? String }
    var array: [Expected] { (value as? [Any])?.map { Expected(value: $0) } ?? [] }
    var counts: [String: Int] { value as? [String: Int] ?? [:] }
    /// A list of numbers and texts, as text.
    var row: [String] { array.map { $0.string ?? "\($0.int ?? -1)" } }
    var rows: [[String]] { array.map(\.row) }
}
