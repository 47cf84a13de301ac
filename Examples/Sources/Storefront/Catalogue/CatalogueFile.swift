import Foundation
import Millrace

/// Reads the products of a catalogue's file: CSV with a header row if its name ends in `.csv`, otherwise JSON
/// Lines.
enum CatalogueFile {
    /// - Throws: ``CatalogueError``, also if there is no product at all.
    static func products(at path: String) throws -> [CatalogueProduct] {
        let bytes: [UInt8]
        do {
            bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw CatalogueError(path: path, reason: .unreadable)
        }
        let products =
            path.hasSuffix(".csv")
            ? try records(bytes, path, CSVDecoder<CatalogueProduct>())
            : try records(bytes, path, JSONLinesDecoder<CatalogueProduct>())
        if products.isEmpty { throw CatalogueError(path: path, reason: .empty) }
        return products
    }

    private static func records<Decoder: RecordDecoder>(
        _ bytes: [UInt8], _ path: String, _ decoder: Decoder
    ) throws -> [Decoder.Record] {
        var decoder = decoder
        var records: [Decoder.Record] = []
        var (start, number) = (0, 0)
        try bytes.withUnsafeBufferPointer { buffer in
            while start < buffer.count {
                let next = decoder.endOfRecord(in: buffer, from: start) ?? buffer.count
                var end = next
                while end > start, buffer[end - 1] == 0x0A || buffer[end - 1] == 0x0D { end -= 1 }
                number += 1
                do {
                    let record = UnsafeBufferPointer(rebasing: buffer[start..<end])
                    if let record = try decoder.decode(record) { records.append(record) }
                } catch {
                    throw CatalogueError(
                        path: path, reason: .malformed(record: number), cause: error)
                }
                start = next
            }
        }
        return records
    }
}
