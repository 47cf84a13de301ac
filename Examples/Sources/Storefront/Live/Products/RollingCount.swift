import Foundation
import Millrace

/// How often something happened in the last hour or day, in panes of time.
///
/// An event counts where its time belongs, whenever it comes, so that the order does not matter. At most
/// `span / paneWidth` panes are kept, and as many minutes as are not over.
struct RollingCount: Sendable, Equatable {
    struct Pane: Sendable, Equatable, BitwiseCopyable {
        /// Its first minute.
        var start: Int32
        var tally: Tally
        /// What its events weighed at the end of `start`.
        var weight: Double
    }

    /// The earliest first. Minutes that are over are in a pane of full width.
    private(set) var panes: [Pane] = []
    private(set) var total = Tally()
    /// The minute at whose beginning this has to be looked at again; `.max` for none.
    private(set) var wake = Int32.max

    /// Counts what happened at `time`; says whether it is recent enough to count.
    mutating func add(
        _ tally: Tally, at time: Timestamp, open: Int32, rules: RollingRules
    ) -> Bool {
        let minute = RollingRules.minute(of: time)
        let start = minute < open ? rules.pane(of: minute) : minute
        if rules.exit(of: rules.pane(of: minute)) <= open { return false }
        var place = panes.count
        while place > 0, panes[place - 1].start > start { place -= 1 }
        if place == 0 || panes[place - 1].start != start {
            panes.insert(Pane(start: start, tally: Tally(), weight: 0), at: place)
            place += 1
        }
        panes[place - 1].tally += tally
        if rules.halfLifeMillis != nil {
            let age = RollingRules.end(before: start + 1) - time
            panes[place - 1].weight += Double(tally.main) * rules.decay(over: age.millis)
        }
        total += tally
        return true
    }

    /// When it has to be looked at next, if nothing has been asked for that early yet.
    mutating func nextWake(open: Int32, after minute: Int32, rules: RollingRules) -> Int32? {
        // What is over already has to be told at the end of the minute that is open.
        let next = min(max(minute, open) + 1, panes.first.map { rules.exit(of: $0.start) } ?? .max)
        guard next < wake else { return nil }
        wake = next
        return next
    }

    /// Lets panes go that have left the span at the beginning of `minute`, and puts together what is over.
    mutating func close(at minute: Int32, rules: RollingRules) {
        let gone = panes.prefix { rules.exit(of: rules.pane(of: $0.start)) <= minute }
        for pane in gone { total -= pane.tally }
        panes.removeFirst(gone.count)
        if rules.paneWidth > 1 { merge(before: minute, rules) }
        wake = .max
        if let first = panes.first { wake = rules.exit(of: rules.pane(of: first.start)) }
        if let open = panes.first(where: { $0.start >= minute }) {
            wake = min(wake, open.start + 1)
        }
    }

    private mutating func merge(before minute: Int32, _ rules: RollingRules) {
        var end = 0
        for place in panes.indices {
            var pane = panes[place]
            if pane.start < minute {
                let start = rules.pane(of: pane.start)
                pane.weight *= rules.decay(
                    over: Double(start - pane.start) * Double(RollingRules.minuteMillis))
                pane.start = start
            }
            if end > 0, panes[end - 1].start == pane.start {
                panes[end - 1].tally += pane.tally
                panes[end - 1].weight += pane.weight
            } else {
                panes[end] = pane
                end += 1
            }
        }
        panes.removeLast(panes.count - end)
    }

    /// Where it stands with everything that has come.
    func standing(_ rules: RollingRules) -> Standing { standing(total, panes[...], rules) }

    /// Where it stood at the beginning of `minute`.
    func standing(before minute: Int32, _ rules: RollingRules) -> Standing {
        let closed = panes.prefix { $0.start < minute }
        var tally = total
        for pane in panes[closed.endIndex...] { tally -= pane.tally }
        return standing(tally, closed, rules)
    }

    private func standing(
        _ tally: Tally, _ panes: ArraySlice<Pane>, _ rules: RollingRules
    ) -> Standing {
        guard let halfLife = rules.halfLifeMillis, let last = panes.last else {
            return Standing(tally: tally, order: Double(tally.main))
        }
        var weight = 0.0
        for pane in panes {
            let minutes = Double(last.start - pane.start)
            weight += pane.weight * rules.decay(over: minutes * Double(RollingRules.minuteMillis))
        }
        let end = RollingRules.end(before: last.start + 1)
        return Standing(tally: tally, order: log2(weight) + Double(end.millis) / halfLife)
    }
}

extension Duration {
    fileprivate var millis: Double { Double(wholeMillis) }
}

extension RollingCount: StateCodable {
    func encode(to writer: inout StateWriter) throws {
        writer.write(wake)
        writer.write(count: panes.count)
        for pane in panes {
            writer.write(pane.start)
            writer.write(pane.tally.main)
            writer.write(pane.tally.side)
            writer.write(pane.weight)
        }
    }

    init(from reader: inout StateReader) throws {
        wake = try reader.read(Int32.self)
        for _ in 0..<(try reader.readCount()) {
            let pane = Pane(
                start: try reader.read(Int32.self),
                tally: Tally(
                    main: try reader.read(Int32.self), side: try reader.read(Int32.self)),
                weight: try reader.read(Double.self))
            panes.append(pane)
            total += pane.tally
        }
    }
}
