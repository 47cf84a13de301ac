import Benchmark
import Foundation
import Millrace

private struct Row: JSONDecodableRecord, CSVDecodableRecord {
    var product: UInt64 = 0
    var cents: Int64 = 0
    var time = Timestamp.none

    init(from json: inout JSONReader) throws {
        while let field = try json.nextField() {
            switch field {
            case "product_id": product = try json.integer()
            case "price": cents = try json.decimal(scale: 2)
            case "timestamp": time = try json.timestamp()
            default: try json.skip()
            }
        }
    }

    static let columns: [String] = ["product_id", "price", "timestamp"]

    init(from row: borrowing CSVRow) throws {
        product = try row.integer(0)
        cents = try row.decimal(1, scale: 2)
        time = Timestamp(millis: try row.integer(2))
    }
}

/// 100,000 events as text, which decoders go through ten times per iteration.
private enum Lines {
    static func text(header: String, _ line: (Purchase, UInt64) -> String) -> [UInt8] {
        let events = Inputs.purchases(perSecond: 100_000, keys: Inputs.uniformKeys(100_000))
        var text = header
        for (index, event) in events.enumerated() {
            text += line(event, Inputs.random(index, seed: 4))
        }
        return Array(text.utf8)
    }

    static func price(_ event: Purchase) -> String {
        String(format: "%d.%02d", event.cents / 100, event.cents % 100)
    }

    static func json() -> [UInt8] {
        text(header: "") { event, number in
            """
            {"event_id":"\(number)","event_type":"view","user_id":\(event.user),\
            "session_id":"s\(number >> 32)","product_id":\(event.product),"category":"cat-\
            \(event.product % 50)","price":\(price(event)),"timestamp":\(event.time.millis),\
            "page_url":"/p/\(event.product)?ref=\(number >> 48)","user_agent":"Mozilla/5.0 (X11)"}

            """
        }
    }

    static func csv() -> [UInt8] {
        text(header: "user_id,product_id,category,price,timestamp\n") { event, _ in
            """
            \(event.user),\(event.product),cat-\(event.product % 50),\(price(event)),\
            \(event.time.millis)

            """
        }
    }

    /// Decodes every record, and gives the sum of a field.
    static func decode(_ bytes: [UInt8], _ new: some RecordDecoder<Row>)
        throws -> Int64
    {
        var decoder = new
        var sum: Int64 = 0
        try bytes.withUnsafeBufferPointer { text in
            var start = 0
            while let end = decoder.endOfRecord(in: text, from: start) {
                let line = UnsafeBufferPointer(rebasing: text[start..<end - 1])
                if let row = try decoder.decode(line) { sum &+= row.cents }
                start = end
            }
        }
        return sum
    }
}

func formatPieces() {
    Benchmark("decode: JSON Lines, 3 of 10 fields") { _, bytes in
        for _ in 0..<operationCount / 100_000 {
            blackHole(try Lines.decode(bytes, JSONLinesDecoder<Row>()))
        }
    } setup: {
        Lines.json()
    }

    Benchmark("decode: CSV, 3 of 5 columns") { _, bytes in
        for _ in 0..<operationCount / 100_000 {
            blackHole(try Lines.decode(bytes, CSVDecoder<Row>()))
        }
    } setup: {
        Lines.csv()
    }
}
