public import Millrace
import Topologies

extension ShopEvent: JSONEncodableRecord {
    public func encode(to json: inout JSONWriter) {
        if let id { json.field("event_id", id) }
        json.field("type", type.name)
        json.field("user_id", user)
        if let session { json.field("session_id", session) }
        if let product { json.field("product_id", product) }
        if let category { json.field("category", category) }
        if let price { json.field("price", Double(price.thousandths) / 1000) }
        if let quantity { json.field("quantity", quantity) }
        if let query { json.field("query", query) }
        if let page { json.field("page_url", page) }
        if let referrer { json.field("referrer", referrer) }
        if let userAgent { json.field("user_agent", userAgent) }
        json.field("timestamp", time)
        if properties.isEmpty { return }
        json.field(named: "properties") { json in
            json.object { json in
                for (name, value) in properties {
                    json.field(named: name) { value.write(to: &$0) }
                }
            }
        }
    }
}
