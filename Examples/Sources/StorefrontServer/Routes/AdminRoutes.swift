import Hummingbird
import Logging
import Millrace
import Storefront

extension ShopAPI {
    /// What only whoever runs the shop may do.
    var adminRoutes: [Route] {
        [
            Route(.post, "/admin/catalogue/reload", reloadCatalogue),
            Route(.post, "/admin/savepoint", savepoint),
        ]
    }

    /// Reads the catalogue's file anew. One that is wrong changes nothing.
    @Sendable
    private func reloadCatalogue(
        _ request: Request, _ context: ShopContext
    ) async throws -> Response {
        try request.authorize(with: configuration.adminToken)
        _ = try Query(request, known: [])
        do {
            return .json(Reload(productCount: try shop.catalogue.reload()))
        } catch let error as CatalogueError {
            context.logger.error("the catalogue was not read", metadata: ["error": "\(error)"])
            throw Problem(
                status: .unprocessableContent,
                detail: "the catalogue's file cannot be used, and the one before stays: "
                    + error.description)
        }
    }

    /// Stores the state on its own.
    @Sendable
    private func savepoint(_ request: Request, _ context: ShopContext) async throws -> Response {
        try request.authorize(with: configuration.adminToken)
        _ = try Query(request, known: [])
        guard shop.running != nil else { throw Problem.unavailable("the shop does not run") }
        do {
            let (path, id) = try await shop.savepoint()
            return .json(Savepoint(path: path, id: id))
        } catch {
            context.logger.error("no savepoint was taken", metadata: ["error": "\(error)"])
            throw Problem.unavailable("the savepoint cannot be written; the server's log says why")
        }
    }
}

private struct Reload: JSONEncodableRecord {
    var productCount: Int

    func encode(to json: inout JSONWriter) { json.field("products", productCount) }
}

private struct Savepoint: JSONEncodableRecord {
    var path: String
    var id: UInt64

    func encode(to json: inout JSONWriter) {
        json.field("path", path)
        json.field("id", id)
    }
}
