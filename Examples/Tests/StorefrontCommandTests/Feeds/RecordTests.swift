import ArgumentParser
import Foundation
import Millrace
import Testing

@testable import StorefrontCommand

@Suite struct RecordTests {
    @Test func aRecordingHoldsTheDaysBeforeItsEnd() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/shop.jsonl"
            let end = Timestamp(millis: 1_767_614_400_000)
            let record = try Record.parse([
                "--output", path, "--days", "2", "--rate", "0.02", "--visitors", "50",
            ])
            let count = try record.write(until: end)
            var recording = try Recording(path, tag: "r", from: nil, row: 0)
            let rows = try recording.rows(limit: 100_000, now: end)
            #expect(count == rows.count)
            #expect(try names(in: directory) == ["shop.jsonl"])
            // 3,456 on average; nights and weekends have fewer.
            #expect((1000...10_000).contains(rows.count))
            // Late ones, and those of wrong clocks, are a few minutes away; invalid ones have no time.
            let times = rows.compactMap(\.time).filter { $0.millis > 0 }
            #expect(times.count > rows.count * 9 / 10)
            #expect(times.allSatisfy { $0 < end + .minutes(5) && $0 > end - .days(2) - .hours(2) })
        }
    }

    private func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }

    private func record(to path: String) throws -> Record {
        try Record.parse(["--output", path, "--days", "1", "--rate", "0.01", "--visitors", "50"])
    }

    @Test func aRunThatFailsLeavesTheRecordingThatWasThere() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/shop.jsonl"
            try "before\n".write(toFile: path, atomically: false, encoding: .utf8)
            // In the way of what is being written.
            try FileManager.default.createDirectory(
                atPath: "\(path).partial", withIntermediateDirectories: false)
            let end = Timestamp(millis: 1_767_614_400_000)
            let error = #expect(throws: Failure.self) { try record(to: path).write(until: end) }
            #expect(error?.code == 74)
            #expect(error?.description.hasPrefix("--output '\(path)': ") == true)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "before\n")
            try FileManager.default.removeItem(atPath: "\(path).partial")
            try record(to: path).write(until: end)
            #expect(try !String(contentsOfFile: path, encoding: .utf8).hasPrefix("before"))
        }
    }

    @Test func whatFailsHalfWayIsRemovedAndALinkStays() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/shop.jsonl"
            try "before\n".write(toFile: path, atomically: false, encoding: .utf8)
            let link = "\(directory)/link.jsonl"
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: path)
            #expect(throws: Failure.self) {
                try NewFile(link, for: "--output").write { file in
                    try file.append([UInt8](repeating: 1, count: 3 << 20))
                    throw StreamError(.inputOutput, "full", cause: StorageFault.noSpace)
                }
            }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "before\n")
            #expect(try names(in: directory) == ["link.jsonl", "shop.jsonl"])
            try NewFile(link, for: "--output").write { try $0.append(Array("after\n".utf8)) }
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "after\n")
            #expect(
                try FileManager.default.destinationOfSymbolicLink(atPath: link) == path)
        }
    }

    @Test func aPipeIsNotReplaced() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/shop.jsonl"
            try #require(mkfifo(path, 0o600) == 0)
            let error = #expect(throws: Failure.self) { _ = try NewFile(path, for: "--output") }
            #expect(error?.description == "--output '\(path)': this is no regular file")
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.type] as? FileAttributeType != .typeRegular)
        }
    }

    @Test func aPlaceThatNothingCanBeWrittenToIsNamed() async throws {
        try await withDirectory { directory in
            try "".write(toFile: "\(directory)/file", atomically: false, encoding: .utf8)
            try FileManager.default.createDirectory(
                atPath: "\(directory)/folder.jsonl", withIntermediateDirectories: false)
            for (name, words) in [
                ("folder.jsonl", "this is a directory, and must be a file"),
                ("none/shop.jsonl", "there is no directory '\(directory)/none'"),
                ("file/shop.jsonl", "'\(directory)/file' is no directory"),
            ] {
                let path = "\(directory)/\(name)"
                let error = #expect(throws: Failure.self) {
                    try record(to: path).write(until: Timestamp(millis: 1_767_614_400_000))
                }
                #expect(error?.code == 74)
                #expect(error?.description.hasPrefix("--output '\(path)': \(words)") == true)
            }
            #expect(try names(in: directory) == ["file", "folder.jsonl"])
        }
    }

    @Test(arguments: [
        ["--output", "shop.csv"], ["--output", "a.jsonl", "--days", "0"],
        ["--output", "a.jsonl", "--rate", "0"], ["--output", "a.jsonl", "--visitors", "0"],
    ])
    func whatCannotBeRecordedIsRefused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try Record.parse(arguments) }
    }
}
