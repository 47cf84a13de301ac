public import Millrace

extension ShopEvent: JSONDecodableRecord {
    /// Reads an event: ids as text or number, the time as ISO 8601, seconds or milliseconds, and the field
    /// names of common trackers. Fields that are not known are kept in ``properties``.
    /// - Throws: ``InvalidEvent`` with every wrong field; ``StreamError`` if it is not JSON.
    public convenience init(from json: inout JSONReader) throws {
        var draft = EventDraft()
        while let field = try json.nextField() { try draft.read(field, from: &json) }
        draft.liftProperties()
        try self.init(draft)
    }
}

extension EventDraft {
    fileprivate mutating func read(_ field: ByteText, from json: inout JSONReader) throws {
        switch field {
        case "event_id", "eventId", "messageid", "message_id":
            try take(\.id, "event_id", from: &json) { try $0.text() }
        case "type", "event_type", "event":
            try take(\.type, "type", from: &json) { try $0.string() }
        case "user_id", "userId", "userid", "user":
            try take(\.user, "user_id", from: &json) { try $0.text() }
        case "session_id", "sessionId", "session":
            try take(\.session, "session_id", from: &json) { try $0.text() }
        case "product_id", "productId", "productid", "item":
            try take(\.product, "product_id", from: &json) { try $0.text() }
        case "category": try take(\.category, "category", from: &json) { try $0.text() }
        case "price", "product_price":
            try take(\.price, "price", from: &json) { try $0.price() }
        case "quantity": try take(\.quantity, "quantity", from: &json) { try $0.quantity() }
        case "query", "search_query", "searchQuery":
            try take(\.query, "query", from: &json) { try $0.string() }
        case "page_url", "page": try take(\.page, "page_url", from: &json) { try $0.string() }
        case "referrer": try take(\.referrer, "referrer", from: &json) { try $0.string() }
        case "user_agent", "userAgent":
            try take(\.userAgent, "user_agent", from: &json) { try $0.string() }
        case "timestamp", "ts_ms", "time":
            try take(\.time, "timestamp", from: &json) { try $0.looseTimestamp() }
        case "properties", "metadata":
            if case .object(let members) = try JSONValue(from: &json) {
                properties += members.map { ($0.key, $0.value) }
            } else {
                refuse("properties", "is not an object")
            }
        default:
            let name = field.string
            properties.append((name, try JSONValue(from: &json)))
        }
    }

    /// Reads a field; one that is `null` counts as missing. If it cannot be read, the error is kept and
    /// reading goes on behind it.
    private mutating func take<Value>(
        _ place: WritableKeyPath<EventDraft, Value?>, _ name: String, from json: inout JSONReader,
        _ read: (inout JSONReader) throws -> Value
    ) throws {
        let before = json
        if try json.readNull() { return }
        do {
            self[keyPath: place] = try read(&json)
        } catch {
            json = before
            try json.skip()
            refuse(name, (error as? StreamError)?.message ?? "\(error)")
        }
    }

    /// Trackers that put the product inside `properties`.
    fileprivate mutating func liftProperties() {
        for name in ["productid", "product_id", "productId"] where product == nil {
            guard let last = properties.last(where: { $0.name == name }) else { continue }
            product = last.value.text
            properties.removeAll { $0.name == name }
        }
    }
}

extension JSONReader {
    /// A time as ISO 8601, or as a number of seconds or milliseconds since 1970, with or without fraction and
    /// exponent, rounded towards zero to a millisecond. A number below 100,000,000,000 is seconds: as milliseconds
    /// it would be before March 1973.
    fileprivate mutating func looseTimestamp() throws -> Timestamp {
        let before = self
        // The usual ones: a string, or whole milliseconds.
        if let time = try? timestamp(), time.millis.magnitude >= 100_000_000_000 { return time }
        self = before
        guard let text = try? numberText() else {
            self = before
            return try timestamp()
        }
        return try DecimalNumber.time(text.string, readsSeconds: true)
    }
}
