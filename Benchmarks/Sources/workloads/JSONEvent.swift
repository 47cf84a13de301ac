import Millrace

/// What w5 needs of a 239-byte line of JSON.
struct JSONEvent: JSONDecodableRecord {
    var event = ShopEvent(user: 0, product: 0, time: .none, amount: 0)

    init(from json: inout JSONReader) throws {
        while let field = try json.nextField() {
            switch field {
            case "product_id": event.product = try json.integer()
            case "price": event.amount = try json.decimal(scale: 2)
            case "timestamp": event.time = try json.timestamp()
            default: try json.skip()
            }
        }
    }
}

/// The summaries of w1 over decoded events.
struct SummariseJSON: Aggregate {
    func makeAccumulator() -> AmountSummary { AmountSummary() }

    @inline(__always)
    func add(
        _ event: borrowing JSONEvent, at timestamp: Timestamp, to summary: inout AmountSummary
    ) {
        Summarise().add(event.event, at: timestamp, to: &summary)
    }

    func merge(_ other: AmountSummary, into summary: inout AmountSummary) {
        Summarise().merge(other, into: &summary)
    }

    func result(of summary: AmountSummary) -> AmountSummary { summary }
}

extension Topologies {
    /// The summaries of w1 over events decoded from a file of JSON Lines.
    static func w5(_ path: String, parts: Int, into result: Checksum) throws -> Topology {
        try Topology("w5") { flow in
            flow.source(
                .jsonLines(path, as: JSONEvent.self, parts: parts), eventTime: { $0.event.time },
                watermarks: .bounded(outOfOrderness: .seconds(1))
            )
            .keyed(by: { $0.event.product })
            .window(.tumbling(.seconds(10)))
            .aggregate(SummariseJSON())
            .forEachBatch { batch in
                var sum: UInt64 = 0
                for row in batch.elements {
                    sum &+= Checksum.row(
                        row.window.start.millis, row.key, row.value.count, row.value.sum,
                        row.value.max)
                }
                result.add(rows: batch.count, sum: sum)
            }
        }
    }
}
