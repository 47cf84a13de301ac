public import Millrace
public import Topologies

extension Click: CSVDecodableRecord, JSONDecodableRecord {
    public static var columns: [String] {
        ["ts_ms", "user", "item", "type", "session", "category"]
    }
    public static var optionalColumns: Set<String> { ["item", "type", "session", "category"] }

    public init(from row: borrowing CSVRow) throws {
        let type = row.string(3)
        self.init(
            time: Timestamp(millis: try row.integer(0)), user: ID(row.string(1)),
            item: ID(row.string(2)), type: type.isEmpty ? "view" : type,
            session: row.isEmpty(4) ? nil : ID(row.string(4)),
            category: row.string(5))
    }

    public init(from json: inout JSONReader) throws {
        self.init(time: .none, user: "", item: "")
        while let field = try json.nextField() {
            switch field {
            case "ts_ms": time = try json.timestamp()
            case "user": user = ID(try json.text())
            case "item": item = ID(try json.text())
            case "type": type = try json.string()
            case "session":
                let text = try json.text()
                session = text.isEmpty ? nil : ID(text)
            case "category": category = try json.text()
            default: try json.skip()
            }
        }
        guard time != .none else {
            throw StreamError(.malformedInput, "the field 'ts_ms' is missing")
        }
    }
}

/// Decodes clicks from CSV or JSON Lines, whichever the first record looks like.
public struct ClickDecoder: RecordDecoder {
    public static var formatName: String { "clicks from" }
    public static var hasHeader: Bool { true }
    public static var recordsSpanLines: Bool { true }

    private enum Format {
        case unknown
        case csv(CSVDecoder<Click>)
        case jsonLines(JSONLinesDecoder<Click>)
    }

    private var format = Format.unknown

    public init() {}

    public func endOfRecord(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        switch format {
        case .csv(let decoder): decoder.endOfRecord(in: bytes, from: start)
        case .jsonLines, .unknown:
            JSONLinesDecoder<Click>().endOfRecord(in: bytes, from: start)
        }
    }

    public mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws -> Click? {
        switch format {
        case .unknown:
            let isJSON = bytes.first { $0 > 0x20 } == UInt8(ascii: "{")
            format = isJSON ? .jsonLines(JSONLinesDecoder()) : .csv(CSVDecoder())
            return try decode(bytes)
        case .csv(var decoder):
            defer { format = .csv(decoder) }
            return try decoder.decode(bytes)
        case .jsonLines(var decoder):
            return try decoder.decode(bytes)
        }
    }
}
