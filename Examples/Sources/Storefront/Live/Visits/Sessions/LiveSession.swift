import Millrace
import Topologies

/// What is known of a session, whatever the order in which its events came.
struct LiveSession: Sendable {
    static let pathLimit = 100

    var start: Timestamp
    var end: Timestamp
    var events = 0
    var depth = 0
    var carts = 0
    var purchases = 0
    var revenue = Money.zero
    var entry = ""
    var entryTime = Timestamp.max
    var exit = ""
    var exitTime = Timestamp.none
    var device = DeviceClass.unknown
    var isBot = false
    var isOpen = true
    /// The last steps: times and, in the lowest four bits, types, in order.
    var steps: [Int64] = []

    init(at time: Timestamp) {
        start = time
        end = time
    }

    mutating func add(_ arrival: Arrival) {
        let event = arrival.event
        start = min(start, event.time)
        end = max(end, event.time)
        events += 1
        if event.isView { depth += 1 }
        if event.type == .addToCart { carts += 1 }
        if event.type == .purchase { purchases += 1 }
        revenue += event.revenue
        if let place = event.place { visit(place, at: event.time) }
        if arrival.isBot { isBot = true }
        if device == .unknown { device = arrival.client.device }
        addStep(event.time.millis << 4 | Int64(event.type.rawValue))
    }

    private mutating func visit(_ place: String, at time: Timestamp) {
        if time < entryTime { (entry, entryTime) = (place, time) }
        if time >= exitTime { (exit, exitTime) = (place, time) }
    }

    /// Steps of equal times stay in the order of their arrival.
    private mutating func addStep(_ step: Int64) {
        var place = steps.count
        while place > 0, steps[place - 1] >> 4 > step >> 4 { place -= 1 }
        if steps.count == Self.pathLimit {
            if place == 0 { return }
            steps.removeFirst()
            place -= 1
        }
        steps.insert(step, at: place)
    }

    /// Takes in a session that an event between the two has joined to this one.
    mutating func merge(_ other: LiveSession) {
        start = min(start, other.start)
        end = max(end, other.end)
        events += other.events
        depth += other.depth
        carts += other.carts
        purchases += other.purchases
        revenue += other.revenue
        if other.entryTime < entryTime { (entry, entryTime) = (other.entry, other.entryTime) }
        if other.exitTime >= exitTime { (exit, exitTime) = (other.exit, other.exitTime) }
        if device == .unknown { device = other.device }
        isBot = isBot || other.isBot
        for step in other.steps { addStep(step) }
    }

    var path: [EventType] { steps.compactMap { EventType(rawValue: UInt8($0 & 15)) } }

    func view(of user: ID) -> SessionView {
        SessionView(
            user: user, state: isOpen ? .open : .closed, start: start, end: end, events: events,
            depth: depth, carts: carts, purchases: purchases, revenue: revenue, isBot: isBot,
            device: device, entry: entry, exit: exit)
    }
}

extension LiveSession: StateCodable {
    func encode(to writer: inout StateWriter) throws {
        for time in [start, end, entryTime, exitTime] { writer.write(time.millis) }
        for count in [events, depth, carts, purchases] { writer.write(count) }
        writer.write(revenue.thousandths)
        writer.write(entry)
        writer.write(exit)
        writer.write(device.rawValue)
        writer.write(UInt8((isBot ? 1 : 0) | (isOpen ? 2 : 0)))
        writer.write(steps)
    }

    init(from reader: inout StateReader) throws {
        start = Timestamp(millis: try reader.read(Int64.self))
        end = Timestamp(millis: try reader.read(Int64.self))
        entryTime = Timestamp(millis: try reader.read(Int64.self))
        exitTime = Timestamp(millis: try reader.read(Int64.self))
        events = try reader.read(Int.self)
        depth = try reader.read(Int.self)
        carts = try reader.read(Int.self)
        purchases = try reader.read(Int.self)
        revenue = Money(thousandths: try reader.read(Int64.self))
        entry = try reader.read(String.self)
        exit = try reader.read(String.self)
        device = DeviceClass(rawValue: try reader.read(String.self)) ?? .unknown
        let flags = try reader.read(UInt8.self)
        (isBot, isOpen) = (flags & 1 != 0, flags & 2 != 0)
        steps = try reader.read([Int64].self)
    }
}
