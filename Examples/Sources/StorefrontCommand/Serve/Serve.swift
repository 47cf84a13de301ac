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
        if settings.simulates, settings.catalogue == nil {
            try SimulatedCatalogue.write(to: settings.cataloguePath, seed: settings.seed)
        }
        if !["127.0.0.1", "::1", "localhost"].contains(settings.host), settings.token == nil {
            logger.warning("whoever reaches this address can send events: set a token")
        }
        // First of all: whoever has the lock owns the directory.
        let shop = try Self.open(settings)
        let server = ShopServer(
            shop, configuration: settings.server, logger: logger,
            started: { port in Self.announce(settings, port: port) })
        // Ended in the reverse order: no more requests, then no more feeds, then the last checkpoint.
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: ShopService(shop: shop, logger: logger))
        ]
        services += try Self.feeds(settings, shop: shop, logger: logger)
        services.append(.init(service: server, serviceName: "server"))
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(25)
        do { try await ServiceGroup(configuration: configuration).run() } catch {
            throw Self.named(error, settings)
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
        do { return try LiveShop(settings.shop) } catch {
            throw Failure(opening: settings.data, error)
        }
    }

    /// An error of the services, as the user understands it.
    private static func named(_ error: any Error, _ settings: Settings) -> any Error {
        if "\(error)".contains("Address already in use") {
            return Failure.unavailable(
                "port \(settings.port) of \(settings.host) is in use; choose another with --port, "
                    + "or 0 for any that is free")
        }
        return error
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
