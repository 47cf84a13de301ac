public import Millrace

extension ShopEvent: CSVDecodableRecord {
    /// The columns of public clickstreams, web logs and order lists; all but the time and the user may be
    /// missing. Without a type, a row with a path is the view of a page, one of an invoice a purchase, any
    /// other the view of a product.
    public static var columns: [String] {
        [
            "ts_ms", "user", "host", "session", "type", "item", "category", "price", "unit_price",
            "quantity", "path", "referrer", "user_agent", "event_id",
        ] + kept
    }

    /// Columns that become properties, in the order of their names.
    private static let kept = [
        "brand", "bytes", "category_code", "country", "device_group", "invoice", "method", "os",
        "status",
    ]
    private static let firstKept = 14
    private static let invoice = 19

    public static var optionalColumns: Set<String> { Set(columns.dropFirst()) }

    /// - Throws: ``InvalidEvent`` with every wrong field.
    public convenience init(from row: borrowing CSVRow) throws {
        var draft = EventDraft()
        draft.take(\.time, "timestamp", 0, row) { row, column in
            if let millis = try? row.integer(column, as: Int64.self) {
                return Timestamp(millis: millis)
            }
            return try DecimalNumber.time(row.string(column), readsSeconds: false)
        }
        draft.user = row.text(1) ?? row.text(2)
        draft.session = row.text(3)
        draft.product = row.text(5)
        draft.category = row.text(6)
        draft.take(\.price, "price", row.isEmpty(7) ? 8 : 7, row) { row, column in
            try row.price(column)
        }
        draft.take(\.quantity, "quantity", 9, row) { row, column in try row.quantity(column) }
        draft.page = row.text(10)
        draft.referrer = row.text(11)
        draft.userAgent = row.text(12)
        draft.id = row.text(13)
        let isOrder = !row.isEmpty(Self.invoice)
        draft.type =
            row.text(4) ?? (draft.page != nil ? "page_view" : isOrder ? "purchase" : "view")
        for (index, name) in Self.kept.enumerated() {
            guard let text = row.text(Self.firstKept + index) else { continue }
            // At once, rather than for one, two and four.
            if draft.properties.isEmpty { draft.properties.reserveCapacity(4) }
            draft.properties.append((name, .text(text)))
        }
        try self.init(draft)
    }
}

extension CSVRow {
    /// A cell's text; `nil` if it is empty.
    fileprivate borrowing func text(_ column: Int) -> String? {
        isEmpty(column) ? nil : string(column)
    }
}

extension EventDraft {
    fileprivate mutating func take<Value>(
        _ place: WritableKeyPath<EventDraft, Value?>, _ name: String, _ column: Int,
        _ row: borrowing CSVRow, _ read: (borrowing CSVRow, Int) throws -> Value
    ) {
        if row.isEmpty(column) { return }
        do {
            self[keyPath: place] = try read(row, column)
        } catch {
            refuse(name, (error as? StreamError)?.message ?? "\(error)")
        }
    }
}
