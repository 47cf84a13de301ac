import Millrace

/// Makes the arrivals of a stream, or of a split of it, one slice of time after the other.
///
/// A calendar holds, for each slice that is still to come, the visits whose next event happens in
/// it and the arrivals that are on their way. When a slice is due, its visits make their events,
/// and what arrives in it is sorted. Nothing depends on the order inside the calendar, so an engine
/// that begins later and first makes up for the visits that are in progress gives exactly the same.
struct TrafficEngine {
    let model: TrafficModel
    private let split: Int
    private let splitCount: Int
    private var popularities: PopularityCache
    private var visits: Calendar<Visit>
    private var onTheWay: Calendar<Parcel>
    /// What arrives before is not made: it is behind the position where the engine begins.
    private let first: Int64
    /// What arrives in ``slice``, in order from `next` on.
    private(set) var slice: Int64
    private var arrivals: ContiguousArray<Parcel> = []
    private var order: ContiguousArray<Place> = []
    private(set) var next = 0

    /// When an arrival comes, and where it is.
    private struct Place: Comparable {
        let time: Int64
        let tie: UInt64
        let index: Int32

        static func < (a: Place, b: Place) -> Bool {
            a.time != b.time ? a.time < b.time : a.tie < b.tie
        }
    }

    /// Begins at a slice, behind its first `skipping` arrivals.
    /// - Complexity: in the number of visits that begin within ``TrafficModel/reach``; only those
    ///   in progress are made in full.
    init(_ model: TrafficModel, split: Int, of splitCount: Int, at slice: Int64, skipping: Int) {
        self.model = model
        self.split = split
        self.splitCount = splitCount
        self.slice = slice
        first = model.time(ofSlice: slice)
        popularities = PopularityCache(
            catalogue: model.catalogue, seed: model.seed, at: first)
        visits = Calendar(slots: Int(model.reach))
        onTheWay = Calendar(slots: Int(model.reach))
        for earlier in (slice - model.reach)..<slice { begin(visitsOf: earlier) }
        makeSlice()
        next = min(skipping, order.count)
    }

    /// When the next arrival comes.
    mutating func nextTime() -> Int64 {
        while next == order.count {
            slice += 1
            makeSlice()
        }
        return order[next].time
    }

    mutating func pop() -> ShopArrival {
        _ = nextTime()
        defer { next += 1 }
        return arrivals[Int(order[next].index)].arrival
    }

    private mutating func makeSlice() {
        arrivals.removeAll(keepingCapacity: true)
        order.removeAll(keepingCapacity: true)
        next = 0
        let end = model.time(ofSlice: slice + 1)
        begin(visitsOf: slice)
        var place = visits.takeList(of: slice)
        while let current = place {
            place = visits.next(after: current)
            proceed(current, until: end, in: slice)
        }
        place = onTheWay.takeList(of: slice)
        while let current = place {
            place = onTheWay.next(after: current)
            arrivals.append(onTheWay[current])
            onTheWay.remove(current)
        }
        for index in arrivals.indices {
            order.append(
                Place(
                    time: arrivals[index].arrival.time.millis, tie: arrivals[index].tie,
                    index: Int32(index)))
        }
        order.sort()
    }

    /// Puts the visits that begin in a slice into the calendar, unless all of them has arrived
    /// before.
    private mutating func begin(visitsOf slice: Int64) {
        for index in 0..<model.visitCount(inSlice: slice) {
            let plan = VisitPlan(slice: slice, index: index, model: model)
            guard splitCount == 1 || (plan.key >> 32) % UInt64(splitCount) == UInt64(split)
            else { continue }
            if slice < self.slice, plan.end(model) < first { continue }
            let place = visits.insert(Visit(plan, model))
            if slice < self.slice {
                proceed(place, until: first, in: nil)
            } else {
                visits.schedule(place, at: slice)
            }
        }
    }

    /// Makes a visit's events up to a time and puts it back into the calendar, or away if it is
    /// over.
    ///
    /// - Parameter due: The slice that is being made, whose arrivals need no calendar.
    private mutating func proceed(_ place: Int32, until end: Int64, in due: Int64?) {
        while !visits[place].isOver, visits[place].time < end {
            let popularity = popularities.popularity(at: visits[place].time)
            let (parcel, repeatTime) = visits[place].advance(model, popularity)
            send(parcel, in: due)
            if let repeatTime { send(parcel.repeated(at: repeatTime), in: due) }
        }
        if visits[place].isOver {
            visits.remove(place)
        } else {
            visits.schedule(place, at: model.slice(at: visits[place].time))
        }
    }

    private mutating func send(_ parcel: Parcel, in due: Int64?) {
        let time = parcel.arrival.time.millis
        guard time >= first else { return }
        let slice = model.slice(at: time)
        if slice == due {
            arrivals.append(parcel)
        } else {
            onTheWay.schedule(onTheWay.insert(parcel), at: slice)
        }
    }
}
