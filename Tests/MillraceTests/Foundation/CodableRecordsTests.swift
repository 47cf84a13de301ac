import Foundation
import Millrace
import MillraceFoundation
import Testing

/// Any `Codable` type goes through files of JSON Lines.
@Suite struct CodableRecordsTests {
    struct Order: Codable, Sendable, Equatable {
        var id: Int
        var items: [String]
    }

    private func temporaryFile(_ text: String? = nil) throws -> String {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("\(UUID().uuidString).jsonl").path
        if let text { try text.write(toFile: path, atomically: true, encoding: .utf8) }
        return path
    }

    @Test func whatIsWrittenIsRead() async throws {
        let path = try temporaryFile()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let orders = (0..<1000).map { Order(id: $0, items: ["a\($0)", "\"ü\n"]) }
        try await Topology("write") { flow in
            flow.source(.elements(orders)).sink(.jsonLines(path, encoding: Order.self))
        }.run()
        let read = Collected<Order>()
        try await Topology("read") { flow in
            flow.source(.jsonLines(path, decoding: Order.self)).sink(.collect(into: read))
        }.run()
        #expect(read.elements == orders)
    }

    @Test func anErrorNamesFileLineAndField() async throws {
        let path = try temporaryFile(
            "{\"id\":1,\"items\":[]}\n\n{\"id\":\"x\",\"items\":[]}\n")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let topology = try Topology("read") { flow in
            flow.source(.jsonLines(path, decoding: Order.self), name: "orders").forEach { _, _ in }
        }
        await #expect {
            try await topology.run()
        } throws: { error in
            "\(error)".hasPrefix("orders: \(path) line 3, field 'id': ")
        }
    }
}
