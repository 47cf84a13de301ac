internal import Synchronization

/// Recognises user agents, and remembers some thousand: a shop sees few different ones.
final class ClientRecognition: Sendable {
    /// What has been recognised is the same for every topology of the process.
    static let shared = ClientRecognition()

    private static let capacity = 4096
    private let known = Mutex<[String: Client]>([:])

    func client(of event: ShopEvent) -> Client {
        guard let agent = event.userAgent else { return .unknown }
        return known.withLock { known in
            if let client = known[agent] { return client }
            let client = Client(userAgent: agent)
            // Made-up agents must not fill the memory.
            if known.count >= Self.capacity { known = [:] }
            known[agent] = client
            return client
        }
    }
}

extension ShopEvent {
    /// Whether the user agent says that it is a crawler.
    var isFromCrawler: Bool { ClientRecognition.shared.client(of: self).device == .bot }
}
