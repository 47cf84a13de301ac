internal import Synchronization

/// The catalogue that the shop goes by, which can be read anew while everything runs.
public final class CatalogueStore: Sendable {
    /// The file that it is read from; `nil` if it is given by ``replace(with:)`` or is empty.
    public let path: String?
    private let catalogue: Mutex<Catalogue>

    /// Reads the catalogue.
    /// - Throws: ``CatalogueError`` if the file cannot be read, holds something that is no product, or no
    ///   product.
    public init(path: String? = nil) throws {
        self.path = path
        catalogue = Mutex(Catalogue(try path.map { try CatalogueFile.products(at: $0) } ?? []))
    }

    /// The catalogue as it is now: it stays as it is when another one takes its place.
    public var current: Catalogue { catalogue.withLock { $0 } }

    /// Reads the file anew. Whoever has the catalogue of before keeps it; if this fails, it stays.
    /// - Returns: How many products there are now.
    /// - Throws: As ``init(path:)``.
    @discardableResult
    public func reload() throws -> Int {
        guard let path else { return current.products.count }
        return replace(with: try CatalogueFile.products(at: path))
    }

    /// Takes other products in the place of all that there are.
    /// - Returns: How many products there are now.
    @discardableResult
    public func replace(with products: [CatalogueProduct]) -> Int {
        // Built outside the lock, so that readers do not wait for the index.
        let new = Catalogue(products)
        catalogue.withLock { $0 = new }
        return new.products.count
    }
}
