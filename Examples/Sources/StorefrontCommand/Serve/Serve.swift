import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import Storefront
import StorefrontServer
import UnixSignals

/// Runs the shop, its feeds and its pages until it is told to stop.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the shop and serves it; with a made-up shop unless told otherwise.",
        discussion: """
            Flags override environment variables (STOREFRONT_PORT …), which override the configuration \
            file. SIGTERM and SIGINT stop it: requests are finished, a last checkpoint is taken. Nothing \
            that was accepted is lost by a crash.
            """)

    @OptionGroup var options: ServeOptions

    @Flag(help: "Print the settings that would be used, without secrets, and end.")
    var checkConfig = false

    func run() async throws {
        do { try await serve() } catch let error as CleanExit { throw error } catch {
            Failure(error).exit()
        }
    }

    private func serve() async throws {
        let settings = try options.settings(environment: ProcessInfo.processInfo.environment)
        if checkConfig {
            print(settings.report)
            return
        }
        let logger = Self.logger(settings)
        try DataDirectory(path: settings.data).prepare()
        if let path = settings.replay { try RecordingHeader.check(path) }
        if settings.simulates, settings.catalogue == nil {
            try SimulatedCatalogue.write(to: settings.cataloguePath, seed: settings.seed)
        }
        if !["127.0.0.1", "::1", "localhost"].contains(settings.host), settings.token == nil {
            logger.warning("whoever reaches this address can send events: set a token")
        }
        let connections = settings.server.limits.connections
        if let files = FileLimit.raise(), files < connections + 600 {
            logger.warning(
                "this process may have too few files open for \(connections) connections; raise the limit",
                metadata: ["ulimit -n": "\(files)"])
        }
        // First of all: whoever has the lock owns the directory.
        let shop = try Self.open(settings)
        let server = ListeningServer(
            server: ShopServer(
                shop, configuration: settings.server, logger: logger,
                started: { port in Self.announce(settings, port: port) }),
            host: settings.host, port: settings.port)
        // Ended in the reverse order: no more requests, then no more feeds, then the last checkpoint.
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(
                service: ShopService(shop: shop, logger: logger),
                // As when told to stop: a server that is cancelled complains of that, beside the reason.
                failureTerminationBehavior: .gracefullyShutdownGroup, serviceName: "shop")
        ]
        services += try Self.feeds(settings, shop: shop, logger: logger)
        services.append(.init(service: server, serviceName: "server"))
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(25)
        do { try await ServiceGroup(configuration: configuration).run() } catch {
            throw Failure(shopIn: settings.data, error)
        }
    }

    private static func feeds(
        _ settings: Settings, shop: LiveShop, logger: Logger
    ) throws -> [ServiceGroupConfiguration.ServiceConfiguration] {
        let intake = FeedIntake(shop: shop, logger: logger)
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        if settings.simulates {
            services.append(
                .init(
                    service: SimulationService(
                        intake: intake, file: try FeedFile("simulation", in: settings.data),
                        seed: settings.seed, rate: settings.rate, history: settings.history),
                    successTerminationBehavior: .ignore, serviceName: "simulated shop"))
        }
        if let path = settings.replay {
            services.append(
                .init(
                    service: Replay(
                        path: path, speed: settings.speed, intake: intake,
                        file: try FeedFile("replay", in: settings.data)),
                    successTerminationBehavior: .ignore, serviceName: "replay"))
        }
        return services
    }

    /// Opens the shop of the data directory.
    static func open(_ settings: Settings) throws -> LiveShop {
        let shop = settings.shop
        if let path = shop.cataloguePath {
            try DataDirectory.checkFile(path, for: "--catalogue")
        }
        do { return try LiveShop(shop) } catch let error as CatalogueError {
            throw Failure.data("--catalogue: \(error)")
        } catch { throw Failure(shopIn: settings.data, error) }
    }

    private static func announce(_ settings: Settings, port: Int) {
        let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
        print("The storefront is at http://\(host):\(port)/")
        fflush(nil)
    }

    private static func logger(_ settings: Settings) -> Logger {
        var logger = Logger(label: "storefront") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = settings.logLevel
        return logger
    }
}
