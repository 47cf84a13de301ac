import Foundation
import Millrace
import ShopSimulation

/// The products of the made-up shop as a catalogue's file.
enum SimulatedCatalogue {
    /// Writes the file, unless it is there.
    /// - Throws: ``Failure`` if it cannot be written.
    static func write(to path: String, seed: UInt64) throws {
        if FileManager.default.fileExists(atPath: path) { return }
        let bytes = lines(
            ShopTraffic(seed: seed, start: Timestamp(millis: 0), eventsPerSecond: 1).catalogue)
        do {
            try FileManager.default.createDirectory(
                at: URL(filePath: path).deletingLastPathComponent(),
                withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw Failure.inputOutput("the catalogue '\(path)' cannot be written")
        }
    }

    static func lines(_ catalogue: ShopCatalogue) -> [UInt8] {
        var bytes: [UInt8] = []
        for product in catalogue.products {
            var json = JSONWriter()
            json.object(
                Line(product: product, category: catalogue.categories[product.category].name))
            bytes += json.bytes
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    private struct Line: JSONEncodableRecord {
        let product: ShopCatalogue.Product
        let category: String

        func encode(to json: inout JSONWriter) {
            json.field("product", product.id)
            json.field("title", product.name)
            json.field("category", category)
            json.field("price", product.price)
        }
    }
}
