import Millrace
import Topologies

/// Sketches of the users of a minute, in six slices until nobody asks for those any more.
struct MinuteSketch: Sendable, StateCodable {
    private static let precision = 12
    /// Six, or one.
    private(set) var slices: [HyperLogLog] = []

    mutating func insert(_ hash: UInt64, slice: Int) {
        if slices.isEmpty {
            slices = Array(repeating: HyperLogLog(precision: Self.precision), count: 6)
        }
        slices[slices.count == 1 ? 0 : slice].insert(hash)
    }

    mutating func compact() {
        guard slices.count > 1 else { return }
        var all = slices[0]
        for slice in slices.dropFirst() { all.merge(slice) }
        slices = [all]
    }

    /// Adds the users of the slices from `first` up to and with `last`.
    func merge(into sum: inout HyperLogLog, slices range: ClosedRange<Int>) {
        if slices.count == 1 { return sum.merge(slices[0]) }
        for index in range where slices.indices.contains(index) { sum.merge(slices[index]) }
    }

    static var none: HyperLogLog { HyperLogLog(precision: precision) }

    init() {}

    func encode(to writer: inout StateWriter) throws { try writer.write(value: slices) }

    init(from reader: inout StateReader) throws {
        slices = try reader.read(value: [HyperLogLog].self)
    }
}

/// Active users, approximately: sketches of 4 KB at most, by ten seconds for 20 minutes and by minute for 26
/// hours of event time.
func liveSketches(_ arrivals: DataStream<Arrival>) {
    arrivals
        .filter(name: "people") { !$0.isBot }
        .keyed(by: { $0.event.time.minute })
        .process(
            "audience-sketches", state: MinuteSketch.self, output: Never.self,
            expiry: .eventTime(.hours(26)),
            onElement: { arrival, sketch, context in
                if sketch == nil {
                    sketch = MinuteSketch()
                    context.setTimer(at: Timestamp(minute: context.key + 20))
                }
                let slice = arrival.event.time.second - context.key * 60
                sketch?.insert(arrival.event.user.stableHash, slice: Int(slice / 10))
            },
            onTimer: { _, sketch, _ in sketch?.compact() }
        )
        .forEach(name: "sketches-kept") { _, _ in }
}
