import Millrace

/// The workloads as topologies, written with the public API alone.
enum Topologies {
    static let strategy = WatermarkStrategy<ShopEvent>.bounded(outOfOrderness: .seconds(1))

    /// Count, sum and maximum per product in tumbling windows of 10 s, over 100,000 even keys.
    static func w1(
        _ count: Int, into result: Checksum, onResults: @escaping @Sendable () -> Void = {}
    ) throws -> Topology {
        try Topology("w1") { flow in
            let events = flow.source(
                .generator(count: count) { @Sendable index in
                    let r = Draw.draw(1, index)
                    return Draw.event(r, key: Draw.key(r, 100_000), millis: Int64(index / 1000))
                }, watermarks: strategy)
            summaries(events, into: result, onResults: onResults)
        }
    }

    /// The same over hot keys.
    static func w1z(_ count: Int, into result: Checksum) throws -> Topology {
        try Topology("w1z") { flow in
            let events = flow.source(
                .generator(count: count) { @Sendable index in
                    let r = Draw.draw(1, index)
                    return Draw.event(r, key: Draw.zipf(r), millis: Int64(index / 1000))
                }, watermarks: strategy)
            summaries(events, into: result)
        }
    }

    private static func summaries(
        _ events: DataStream<ShopEvent>, into result: Checksum,
        onResults: @escaping @Sendable () -> Void = {}
    ) {
        events.keyed(by: { $0.product })
            .window(.tumbling(.seconds(10)))
            .aggregate(Summarise())
            .forEachBatch { batch in
                var sum: UInt64 = 0
                for row in batch.elements {
                    sum &+= Checksum.row(
                        row.window.start.millis, row.key, row.value.count, row.value.sum,
                        row.value.max)
                }
                result.add(rows: batch.count, sum: sum)
                onResults()
            }
    }

    /// Count and sum per product in windows of 60 s every 5 s, over 10,000 keys.
    static func w2(_ count: Int, into result: Checksum) throws -> Topology {
        try Topology("w2") { flow in
            flow.source(
                .generator(count: count) { @Sendable index in
                    let r = Draw.draw(2, index)
                    return Draw.event(r, key: Draw.key(r, 10_000), millis: Int64(index / 100))
                }, watermarks: strategy
            )
            .keyed(by: { $0.product })
            .window(.sliding(size: .seconds(60), every: .seconds(5)))
            .aggregate(CountAndSum())
            .forEachBatch { batch in
                var sum: UInt64 = 0
                for row in batch.elements {
                    sum &+= Checksum.row(
                        row.window.start.millis, row.key, row.value.count, row.value.sum)
                }
                result.add(rows: batch.count, sum: sum)
            }
        }
    }

    /// Events per session with a gap of 30 s, over 200,000 users of whom 50,000 are there at a time.
    static func w3(_ count: Int, into result: Checksum) throws -> Topology {
        try Topology("w3") { flow in
            flow.source(
                .generator(count: count) { @Sendable index in
                    let r = Draw.draw(3, index)
                    let millis = Int64(index / 10)
                    let key = Draw.key(r, 50_000) &* 4 &+ UInt64((millis / 60_000) & 3)
                    return Draw.event(r, key: key, millis: millis)
                }, watermarks: strategy
            )
            .keyed(by: { $0.product })
            .window(.session(gap: .seconds(30)))
            .aggregate(.count())
            .forEachBatch { batch in
                var sum: UInt64 = 0
                for row in batch.elements {
                    sum &+= Checksum.row(
                        row.window.start.millis, row.key, Int64(row.value), row.window.end.millis)
                }
                result.add(rows: batch.count, sum: sum)
            }
        }
    }

    /// The sum per key at the end of the input, over 5,000,000 keys.
    static func w4(_ count: Int, into result: Checksum) throws -> Topology {
        try Topology("w4") { flow in
            flow.source(
                .generator(count: count) { @Sendable index in
                    let r = Draw.draw(4, index)
                    return Draw.event(r, key: Draw.key(r, 5_000_000), millis: 0)
                }, watermarks: .none
            )
            .keyed(by: { $0.product })
            .window(.global)
            .aggregate(TotalAmount())
            .forEachBatch { batch in
                var sum: UInt64 = 0
                for row in batch.elements {
                    sum &+= Draw.mix(Draw.mix(row.key) ^ UInt64(bitPattern: row.value))
                }
                result.add(rows: batch.count, sum: sum)
            }
        }
    }
}
