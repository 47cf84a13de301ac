import ServiceLifecycle
import StorefrontServer

/// The server as a service whose failure to listen is said of the options that name where.
struct ListeningServer: Service, CustomStringConvertible {
    let server: ShopServer
    let host: String
    let port: Int

    var description: String { "server" }

    func run() async throws {
        do { try await server.run() } catch {
            throw Failure(listeningTo: host, port: port, error) ?? error
        }
    }
}
