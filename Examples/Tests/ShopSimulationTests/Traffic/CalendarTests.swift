import Testing

@testable import ShopSimulation

@Suite struct CalendarTests {
    @Test func aValueComesInItsSliceAndItsStorageIsUsedAgain() {
        var calendar = Calendar<String>(slots: 4)
        for (value, slice) in [("a", 5), ("b", 7), ("c", 5)] {
            calendar.schedule(calendar.insert(value), at: Int64(slice))
        }
        #expect(Self.take(5, from: &calendar) == ["a", "c"])
        #expect(Self.take(5, from: &calendar) == [])
        let place = calendar.insert("d")
        #expect(place != 1)
        calendar.schedule(place, at: 8)
        #expect(Self.take(6, from: &calendar) == [])
        #expect(Self.take(7, from: &calendar) == ["b"])
        #expect(Self.take(8, from: &calendar) == ["d"])
    }

    private static func take(_ slice: Int64, from calendar: inout Calendar<String>) -> [String] {
        var found: [String] = []
        var place = calendar.takeList(of: slice)
        while let current = place {
            place = calendar.next(after: current)
            found.append(calendar[current])
            calendar.remove(current)
        }
        return found.sorted()
    }
}
