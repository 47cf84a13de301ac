/// An event with what it was sent from.
struct Arrival: Sendable {
    var event: ShopEvent
    var client: Client

    var isBot: Bool { client.device == .bot }
}
