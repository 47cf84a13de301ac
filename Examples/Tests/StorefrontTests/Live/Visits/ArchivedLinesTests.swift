import Foundation
import Testing

@testable import Storefront

@Suite struct ArchivedLinesTests {
    private let path = "\(NSTemporaryDirectory())lines-\(UUID())"

    private func write(_ text: String) throws {
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func first(_ lines: inout ArchivedLines) throws -> String? {
        try lines.look()
        return try lines.first().map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func onlyWholeLinesAreRead() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        var lines = try ArchivedLines(path, from: nil)
        #expect(try first(&lines) == nil)
        try write("one\ntw")
        #expect(try first(&lines) == "one")
        lines.removeFirst()
        #expect(try first(&lines) == nil)
        #expect(lines.count == 0 && lines.offset == 4)
        try write("one\ntwo\nthree\n")
        #expect(try first(&lines) == "two")
        #expect(lines.count == 2)
    }

    @Test(arguments: ["", "one\n", String(repeating: "x", count: 100_000) + "\n"])
    func theEndIsInFrontOfALineThatIsBeingWritten(before: String) throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let half = String(repeating: "y", count: 70_000)
        try write(before + half)
        var lines = try ArchivedLines(path, from: nil)
        #expect(lines.offset == before.utf8.count)
        try write(before + half + "\n")
        #expect(try first(&lines) == half)
    }

    @Test func longLinesAndManyOfThemAreRead() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let all = (0..<2000).map { "\($0)" + String(repeating: "x", count: $0 == 7 ? 200_000 : 90) }
        try write(all.joined(separator: "\n") + "\n")
        var lines = try ArchivedLines(path, from: 0)
        for (number, line) in all.enumerated() {
            let isSame = try first(&lines) == line
            #expect(isSame)
            #expect(lines.count == 2000 - number)
            lines.removeFirst()
        }
        #expect(try first(&lines) == nil)
    }

    @Test func aFileThatHasBecomeShorterIsReadFromItsNewEnd() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try write("one\ntwo\n")
        var lines = try ArchivedLines(path, from: nil)
        try write("one\n")
        #expect(try first(&lines) == nil)
        try write("one\nthree\n")
        #expect(try first(&lines) == "three")
    }

    @Test func aPlaceThatIsNoBeginningOfALineIsOfAnotherFile() throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try write("one\ntwo\n")
        var known = try ArchivedLines(path, from: 4)
        #expect(try first(&known) == "two")
        var strange = try ArchivedLines(path, from: 5)
        #expect(try first(&strange) == "one")
    }
}
