import Foundation
import Millrace
import Recommender
import Testing

/// Real data with reference results, where the environment says that there is some.
struct ReferenceData {
    struct Row {
        var time: Int64
        var user: Int64
        var session: Int64
        var type: String
        var item: ItemID
        var category: Int64
    }

    static let root = ProcessInfo.processInfo.environment["MILLRACE_SHARED"]
    static var isAvailable: Bool { root != nil }
    static let reason = "MILLRACE_SHARED does not name a folder with reference data"

    let folder: URL

    init(_ name: String) throws {
        folder = URL(fileURLWithPath: try #require(Self.root)).appending(path: "data/\(name)")
    }

    /// The rows of a compressed CSV file in event order.
    func rows(_ file: String) throws -> [Row] {
        let text = try Self.output(of: "gzip", ["-dc", folder.appending(path: file).path])
        var lines = text.utf8.split(separator: UInt8(ascii: "\n"))
        let names = try Self.fields(#require(lines.first)).map {
            String(decoding: $0, as: UTF8.self)
        }
        lines.removeFirst()
        let time = try #require(names.firstIndex(of: "ts_ms"))
        let item = try #require(names.firstIndex(of: "item"))
        let user = names.firstIndex(of: "user")
        let session = names.firstIndex(of: "session")
        let type = names.firstIndex(of: "type")
        let category = names.firstIndex(of: "category")
        var sessions = Interner<String>()
        let rows = try lines.map { line in
            let fields = Self.fields(line)
            func number(_ index: Int?) throws -> Int64 {
                guard let index else { return 0 }
                return try #require(Int64(String(decoding: fields[index], as: UTF8.self)))
            }
            return Row(
                time: try number(time), user: try number(user),
                session: session.map {
                    sessions.number(of: String(decoding: fields[$0], as: UTF8.self))
                } ?? 0,
                type: type.map { String(decoding: fields[$0], as: UTF8.self) } ?? "view",
                item: try number(item), category: try number(category))
        }
        return rows.enumerated().sorted {
            ($0.element.time, $0.offset) < ($1.element.time, $1.offset)
        }.map(\.element)
    }

    /// The views of a compressed CSV file in event order, with sessions as given or by gaps.
    func visits(_ file: String, sessionsByGap: Bool = false) throws -> [Visit] {
        var gaps = GapSessions()
        return try rows(file).compactMap { row in
            let time = Timestamp(millis: row.time)
            let session = sessionsByGap ? gaps.session(of: row.user, at: time) : row.session
            guard row.type == "view" else { return nil }
            return Visit(
                time: time, user: row.user, session: session, item: row.item,
                category: row.category)
        }
    }

    /// A file of reference results.
    func expected<Results: Decodable>(_ name: String, as type: Results.Type) throws -> Results {
        let file = folder.appending(path: "expected/\(name).json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(contentsOf: file))
    }

    /// SHA-256 of the lines, each followed by a line feed, in hexadecimal.
    static func digest(_ lines: [String]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return String(try output(of: "sha256sum", [file.path]).prefix(64))
    }

    private static func fields(_ line: Substring.UTF8View) -> [Substring.UTF8View] {
        line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
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
        try #require(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self)
    }
}
