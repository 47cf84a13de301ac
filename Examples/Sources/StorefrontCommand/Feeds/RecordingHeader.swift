import Foundation
import Storefront

/// The first line of a recording in CSV, which names its columns.
///
/// Columns that are not known are left out, so that a file which has none of the right ones would be played, and
/// give nothing.
struct RecordingHeader {
    let columns: [String]

    /// The columns that are understood.
    static let known = ShopEvent.columns

    /// Checks that a recording can be read, and that its columns can make an event. What is no regular file, such
    /// as a pipe, can be read only once and is not looked at.
    /// - Throws: ``Failure`` that names the file, its columns, and those that are understood.
    static func check(_ path: String) throws(Failure) {
        if path == "-" { return }
        try DataDirectory.checkFile(path, for: "--replay")
        let target = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        let attributes = try? FileManager.default.attributesOfItem(atPath: target)
        guard attributes?[.type] as? FileAttributeType == .typeRegular, !isJSON(path) else {
            return
        }
        let start: Data?
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            defer { file.closeFile() }
            start = try file.read(upToCount: 64 << 10)
        } catch {
            throw .inputOutput(
                "--replay '\(path)': it cannot be read: \(DataDirectory.reason(error))")
        }
        let header = RecordingHeader(start ?? Data())
        guard let problem = header.problem else { return }
        let found = header.columns.map { String($0.prefix(40)) }.joined(separator: ", ")
        throw .data(
            "--replay '\(path)' line 1: \(problem). "
                + (found.isEmpty ? "There are no columns; " : "The columns are \(found); ")
                + "those that are understood are \(known.joined(separator: ", "))")
    }

    /// Whether a recording is JSON Lines, by its name.
    static func isJSON(_ path: String) -> Bool {
        path.hasSuffix(".jsonl") || path.hasSuffix(".json")
    }

    init(_ start: Data) {
        var text = String(decoding: start, as: UTF8.self)
        if text.hasPrefix("\u{FEFF}") { text.removeFirst() }
        let line = text.split(whereSeparator: \.isNewline).first ?? ""
        columns = line.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.hasPrefix("\"") && $0.hasSuffix("\"") && $0.count > 1
                ? String($0.dropFirst().dropLast()) : String($0)
        }
        .filter { !$0.isEmpty }
    }

    /// Why no row can be an event; `nil` if some can.
    var problem: String? {
        let given = Set(columns)
        if !given.contains("ts_ms") {
            return "the column 'ts_ms', milliseconds since 1970, is missing"
        }
        if given.isDisjoint(with: ["user", "host"]) {
            return "a column 'user' or 'host' is missing"
        }
        if given.isDisjoint(with: ["item", "path", "type"]) {
            return "a column 'item', 'path' or 'type' is missing"
        }
        return nil
    }
}
