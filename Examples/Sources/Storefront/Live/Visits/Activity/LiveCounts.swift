import Millrace

/// How often each type, category and search term occurred in an hour.
struct HourCounts: Sendable, StateCodable {
    private(set) var types = Array(repeating: 0, count: EventType.allCases.count)
    private(set) var categories = SpaceSaving<String>(capacity: 300)
    private(set) var queries = SpaceSaving<String>(capacity: 500)

    mutating func add(_ event: ShopEvent) {
        types[Int(event.type.rawValue)] += 1
        if let category = event.category { categories.insert(category) }
        if let query = event.query { queries.insert(String(query.prefix(100))) }
    }

    init() {}

    func encode(to writer: inout StateWriter) throws {
        writer.write(types)
        try writer.write(value: categories)
        try writer.write(value: queries)
    }

    init(from reader: inout StateReader) throws {
        types = try reader.read([Int].self)
        categories = try reader.read(value: SpaceSaving<String>.self)
        queries = try reader.read(value: SpaceSaving<String>.self)
    }
}

/// Events by type, category and search term, per hour for 31 hours of event time. Of each hour the 300 most
/// frequent categories and the 500 most frequent search terms are kept, a term's first 100 characters;
/// their counts are exact as long as there are no more (SpaceSaving).
func liveCounts(_ events: DataStream<ShopEvent>) {
    events
        .keyed(by: \.time.hour)
        .process(
            "event-counts", state: HourCounts.self, output: Never.self,
            expiry: .eventTime(.hours(31))
        ) { event, counts, _ in
            if counts == nil { counts = HourCounts() }
            counts?.add(event)
        }
        .forEach(name: "counts-kept") { _, _ in }
}
