import Millrace
import ShopSimulation
import Testing

@Suite struct ShopEventTests {
    @Test func jsonHasTheFieldsThatAreThere() throws {
        let bought = try #require(sample.first { $0.event.type == .purchase }).event
        var json = JSONWriter()
        json.object(bought)
        let text = String(decoding: json.bytes, as: UTF8.self)
        for field in [
            "\"event_id\":\"\(bought.eventID)\"", "\"type\":\"purchase\"",
            "\"user_id\":\"\(bought.userID)\"", "\"product_id\":\"\(bought.productID ?? "")\"",
            "\"quantity\":\(bought.quantity ?? 0)", "\"timestamp\":\(bought.timestamp.millis)",
        ] {
            #expect(text.contains(field), "\(field) in \(text)")
        }
        #expect(!text.contains("query"))
    }
}
