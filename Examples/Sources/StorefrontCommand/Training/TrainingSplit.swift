import Millrace
import Recommender

/// What of the data is for training and what for testing: the last sessions are tests, so that nothing is
/// predicted from what came later.
struct TrainingSplit {
    let training: [Visit]
    /// The sessions to test with, each in the order of its visits.
    let tests: [[Visit]]
    /// When the first session that may be a test begins.
    let time: Timestamp

    /// - Parameters:
    ///   - visits: In the order of their times.
    ///   - share: How much of the visits, at the end, is for tests: more than 0 and less than 1.
    ///   - limit: How many sessions are tested at most; `seed` chooses which.
    init(_ visits: [Visit], testShare share: Double, limit: Int, seed: UInt64) {
        // By visits, not by hours: a few stray ones long after the others must not be the tests.
        let index = min(visits.count - 1, Int(Double(visits.count) * (1 - share)))
        let time = visits.isEmpty ? Timestamp.none : visits[index].time
        var begins: [Int64: Timestamp] = [:]
        for visit in visits where begins[visit.session] == nil {
            begins[visit.session] = visit.time
        }
        training = visits.filter { $0.time < time }
        var late: [Int64: [Visit]] = [:]
        for visit in visits where (begins[visit.session] ?? .none) >= time {
            late[visit.session, default: []].append(visit)
        }
        // A session of one visit has nothing to be predicted.
        let eligible = late.filter { $0.value.count > 1 }.sorted { a, b in
            let (x, y) = (Self.mixed(a.key, seed), Self.mixed(b.key, seed))
            return x != y ? x < y : a.key < b.key
        }
        tests = eligible.prefix(limit).map(\.value).sorted {
            ($0[0].time, $0[0].session) < ($1[0].time, $1[0].session)
        }
        self.time = time
    }

    /// SplitMix64: a number's place in the order of a seed. Source: Steele, Lea and Flood, OOPSLA 2014.
    private static func mixed(_ number: Int64, _ seed: UInt64) -> UInt64 {
        var bits = UInt64(bitPattern: number) &+ seed &* 0x9E37_79B9_7F4A_7C15
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
