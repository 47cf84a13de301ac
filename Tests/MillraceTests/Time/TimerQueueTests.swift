import MillraceTesting
import Testing

@testable import Millrace

@Suite struct TimerQueueTests {
    private func timer(_ key: Int, at millis: Int64, name: String = "") -> KeyedTimer<Int> {
        KeyedTimer(
            key: key, name: name, timestamp: Timestamp(millis: millis), domain: .eventTime)
    }

    @Test func timersOfOneTimeFireInTheOrderInWhichTheyWereSet() {
        var queue = TimerQueue<Int>()
        for key in [3, 1, 2] { queue.set(timer(key, at: 10)) }
        queue.set(timer(3, at: 10))
        queue.set(timer(9, at: 5))
        var fired: [Int] = []
        while let timer = queue.popDue(upTo: Timestamp(millis: 10)) { fired.append(timer.key) }
        #expect(fired == [9, 3, 1, 2])
    }

    @Test func timersOfAKeyLiveInItsKeyGroup() {
        for key in 0..<100 {
            for count in [1, 128, 32_768] {
                let groups = KeyGroups(count: count)
                let group = groups.group(of: key.stableHash)
                #expect(groups.group(of: timer(key, at: 77).stableHash) == group)
                #expect(groups.group(of: timer(key, at: 5, name: "end").stableHash) == group)
            }
        }
        #expect(timer(1, at: 2).stableHash != timer(1, at: 3).stableHash)
        #expect(timer(1, at: 2).stableHash != timer(1, at: 2, name: "end").stableHash)
    }

    /// A timer that each element puts off must not leave all its earlier times behind.
    @Test func puttingTimersOffTakesNoMemory() {
        var queue = TimerQueue<Int>()
        for time in 0..<100_000 {
            let key = time % 10
            queue.delete(timer(key, at: Int64(time - 10 + 1_000_000)))
            queue.set(timer(key, at: Int64(time + 1_000_000)))
        }
        #expect(queue.count == 10)
        #expect(queue.heap.count <= 2 * 10 + 65)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func itDoesWhatASortedListDoes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = TimerQueue<Int>()
        var model: [KeyedTimer<Int>] = []
        for _ in 0..<2_000 {
            let timer = timer(
                Int(random.next() % 8), at: Int64(random.next() % 50),
                name: random.next() % 4 == 0 ? "other" : "")
            switch random.next() % 5 {
            case 0..<2:
                queue.set(timer)
                if !model.contains(timer) { model.append(timer) }
            case 2..<4:
                queue.delete(timer)
                model.removeAll { $0 == timer }
            default:
                let time = Timestamp(millis: Int64(random.next() % 50))
                let first = model.filter { $0.timestamp <= time }.min {
                    $0.timestamp < $1.timestamp
                }
                #expect(queue.popDue(upTo: time) == first)
                model.removeAll { $0 == first }
            }
            #expect(queue.count == model.count)
        }
    }
}
