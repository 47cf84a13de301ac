import Foundation
import Millrace

/// Real clickstreams with reference results, where the environment says where they are.
struct ReferenceData {
    static let folder = ProcessInfo.processInfo.environment["MILLRACE_SHARED"].map {
        URL(fileURLWithPath: $0).appendingPathComponent("data")
    }
    static var isAvailable: Bool { folder != nil }
    static let reason = "MILLRACE_SHARED does not say where the reference data are"

    let set: String

    private var root: URL { (Self.folder ?? URL(fileURLWithPath: "/")).appendingPathComponent(set) }

    /// The event times of a compressed CSV file, in arrival order.
    func times(_ file: String) throws -> [Int64] {
        let path = root.appendingPathComponent(file).path
        let text = try Self.output(of: "gzip", ["-dc", path])
        return text.split(separator: "\n").dropFirst().compactMap { line in
            Int64(line.prefix { $0 != "," })
        }
    }

    /// A file of reference results.
    func expected(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: root.appendingPathComponent("expected/\(name).json"))
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }

    /// SHA-256 of lines, each followed by a line feed, in hexadecimal.
    static func digest(_ lines: [String]) throws -> String {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent(UUID().uuidString)
        try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return String(try output(of: "sha256sum", [file.path]).prefix(64))
    }

    private static func output(of program: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw StreamError(.inputOutput, "\(program) failed with \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
