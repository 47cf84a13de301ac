import ArgumentParser
import Foundation
import Testing

@testable import StorefrontCommand

@Suite struct ReportTests {
    private func failure(
        of file: String, named name: String = "clicks.csv"
    ) async throws -> Failure? {
        try await withDirectory { directory in
            let path = "\(directory)/\(name)"
            try file.write(toFile: path, atomically: false, encoding: .utf8)
            let report = try Report.parse(["--replay", path, "--output", "\(directory)/out"])
            do { try await report.write() } catch {
                let failure = try #require(error as? Failure)
                #expect(failure.description.hasPrefix("--replay '\(path)'"))
                return failure
            }
            #expect(FileManager.default.fileExists(atPath: "\(directory)/out/history.jsonl"))
            return nil
        }
    }

    @Test func recordingsAreReported() async throws {
        #expect(try await failure(of: "\u{FEFF}ts_ms,\"user\",item\r\n1000,u,p\r\n") == nil)
        #expect(try await failure(of: "host,x,path,ts_ms\nh,1,/a,1000\n") == nil)
        #expect(try await failure(of: "ts_ms,user,item\n") == nil)
    }

    @Test(arguments: [
        ("event_type,user_id,product_id,timestamp\nview,u,p,1\n", "'ts_ms'"),
        ("ts_ms,client,item\n1,u,p\n", "'user' or 'host'"),
        ("ts_ms,user,produkt\n1,u,p\n", "'item', 'path' or 'type'"), ("", "no columns"),
    ])
    func columnsThatMakeNoEventAreRefused(file: String, words: String) async throws {
        let failure = try #require(try await failure(of: file))
        #expect(failure.code == 65)
        let header = String(file.prefix { $0 != "\n" }).replacing(",", with: ", ")
        for expected in ["line 1", words, header, "ts_ms, user, host, session"]
        where !expected.isEmpty {
            #expect(failure.description.contains(expected), "\(expected)")
        }
    }

    @Test func anEventOfTheFutureIsLeftOutAndMakesNoOtherLate() async throws {
        try await withDirectory { directory in
            let path = "\(directory)/clicks.csv"
            try "ts_ms,user,item\n1000,u,p\n4102444800000,u,q\n2000,u,r\n"
                .write(toFile: path, atomically: false, encoding: .utf8)
            let report = try Report.parse(["--replay", path, "--output", "\(directory)/out"])
            try await report.write()
            func lines(_ name: String) throws -> [String] {
                try String(contentsOfFile: "\(directory)/out/\(name).jsonl", encoding: .utf8)
                    .split(separator: "\n").map(String.init)
            }
            let left = try lines("dead_letters")
            #expect(left.count == 1 && left[0].contains("4102444800000"))
            #expect(try lines("history").first?.contains(#"["r","p"]"#) == true)
        }
    }

    @Test func aRecordingWithoutAnEventIsRefused() async throws {
        for (file, name) in [("no\njson\n", "a.jsonl"), ("ts_ms,user,item\nx,u,p\n", "a.csv")] {
            let failure = try await failure(of: file, named: name)
            #expect(failure?.code == 65)
            #expect(failure?.description.contains("dead_letters.jsonl") == true)
        }
    }

    @Test func filesAndDirectoriesThatAreNoneAreNamed() async throws {
        try await withDirectory { directory in
            let file = "\(directory)/a.csv"
            try "ts_ms,user,item\n".write(toFile: file, atomically: false, encoding: .utf8)
            for (replay, output, prefix) in [
                ("\(directory)/none.csv", "\(directory)/out", "--replay"),
                (directory, "\(directory)/out", "--replay"), (file, file, "--output"),
            ] {
                let report = try Report.parse(["--replay", replay, "--output", output])
                let failure = await #expect(throws: Failure.self) { try await report.write() }
                #expect(failure?.code == 74)
                #expect(failure?.description.hasPrefix("\(prefix) '") == true)
            }
        }
    }

    /// Every column that is understood is described.
    @Test func theColumnsAreDocumented() throws {
        let readme = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../README.md")
        let text = try String(contentsOf: readme, encoding: .utf8)
        for column in RecordingHeader.known { #expect(text.contains("`\(column)`"), "\(column)") }
    }
}
