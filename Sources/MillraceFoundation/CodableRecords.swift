public import Foundation
public import Millrace

/// Decodes JSON Lines into any `Decodable` type, with Foundation's decoder.
///
/// The convenient way, not the fast one: a ``JSONDecodableRecord`` decodes ten to fifty times as fast.
/// Blank lines are skipped.
public struct DecodableLinesDecoder<Record: Decodable & Sendable>: RecordDecoder {
    public static var formatName: String { "JSON Lines" }

    private let decoder: JSONDecoder

    /// - Parameter decoder: How dates, keys and data are decoded.
    public init(decoder: JSONDecoder = JSONDecoder()) { self.decoder = decoder }

    public mutating func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws -> Record? {
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return nil }
        do {
            return try decoder.decode(Record.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw StreamError(
                .malformedInput, Self.message(of: error), place: Self.place(of: error))
        }
    }

    private static func context(of error: DecodingError) -> DecodingError.Context? {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context),
            .keyNotFound(_, let context), .dataCorrupted(let context):
            context
        @unknown default: nil
        }
    }

    private static func message(of error: DecodingError) -> String {
        if case .keyNotFound(let key, _) = error {
            return "the field '\(key.stringValue)' is missing"
        }
        return context(of: error)?.debugDescription ?? "the record could not be decoded"
    }

    private static func place(of error: DecodingError) -> String? {
        let path = context(of: error)?.codingPath.map(\.stringValue).joined(separator: ".") ?? ""
        return path.isEmpty ? nil : "field '\(path)'"
    }
}

extension Source {
    /// Files of JSON objects, one per line, decoded into any `Decodable` type.
    ///
    /// - Parameters:
    ///   - follows: Whether the files grow and reading goes on at their end, for ever.
    ///   - maxRecordBytes: How many bytes a line may have; a longer one is refused by the error policy. 64 MiB
    ///     unless given.
    ///   - decoder: Makes the decoder of each file.
    public static func jsonLines<Record: Decodable & Sendable>(
        _ paths: String..., decoding type: Record.Type, follows: Bool = false,
        maxRecordBytes: Int = 64 << 20,
        decoder: @escaping @Sendable () -> JSONDecoder = { JSONDecoder() }
    ) -> Self where Self == RecordFileSource<DecodableLinesDecoder<Record>> {
        RecordFileSource(paths: paths, follows: follows, maxRecordBytes: maxRecordBytes) {
            DecodableLinesDecoder(decoder: decoder())
        }
    }
}

extension Sink {
    /// A file of JSON objects, one per line, encoded from any `Encodable` type.
    ///
    /// - Parameter encoder: Makes the encoder of the file. Pretty printing would break the lines.
    public static func jsonLines<Record: Encodable & Sendable>(
        _ path: String, encoding type: Record.Type,
        encoder: @escaping @Sendable () -> JSONEncoder = { JSONEncoder() }
    ) -> Self where Self == LineFileSink<Record> {
        LineFileSink(path: path, format: "JSON Lines") { record, bytes in
            bytes.append(contentsOf: try encoder().encode(record))
            bytes.append(UInt8(ascii: "\n"))
        }
    }
}
