import AsyncHTTPClient
import Foundation
import Millrace
import NIOCore
import NIOHTTP1
import Storefront
import StorefrontServer

extension Settings {
    /// The part that the shop goes by.
    var shop: ShopConfiguration {
        var shop = ShopConfiguration(data: data)
        shop.partitions = partitions
        shop.checkpointInterval = checkpointInterval
        shop.logRetention = logRetention
        shop.logDamage = skipsDamaged ? .skip : .fail
        shop.alertWebhook = webhook?.text
        shop.post = { json, address in
            var request = HTTPClientRequest(url: address)
            request.method = .POST
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(json)
            return Int(
                try await Self.webhookClient.execute(request, timeout: .seconds(10)).status.code)
        }
        let path = cataloguePath
        if catalogue != nil || FileManager.default.fileExists(atPath: path) {
            shop.cataloguePath = path
        }
        return shop
    }

    /// Takes every answer as it is: a redirection that is followed drops what was posted, and what comes from
    /// there says nothing about it. Lives as long as the process.
    private static let webhookClient: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Where the products are, or would be.
    var cataloguePath: String { catalogue ?? "\(data)/catalogue.jsonl" }

    /// The part that the server goes by.
    var server: ServerConfiguration {
        var server = ServerConfiguration()
        server.host = host
        server.port = port
        server.trackToken = token?.text
        server.adminToken = adminToken?.text
        return server
    }
}
