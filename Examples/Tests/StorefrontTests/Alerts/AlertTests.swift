import Millrace
import MillraceTesting
import Storefront
import Testing
import Topologies

@Suite struct AlertTests {
    private let rules = AlertRules(
        trafficWindow: .seconds(1), baselineWindows: 5, minimumExcess: 3, userLimit: 4,
        conversionWindow: .seconds(10), conversionBaseline: 3, minimumUsers: 2,
        silence: .seconds(30))

    private func found(
        _ events: [ShopEvent], _ kind: Alert.Kind, restores: Bool = true
    ) async throws -> [Alert] {
        let rules = rules
        return try await results(of: events, restores: restores) { alerts($0, rules: rules) }
            .filter { $0.kind == kind }
    }

    @Test func aBurstAfterQuietTrafficAlarms() async throws {
        var visits = (0..<6).map { event(.view, ID("\($0)"), at: Double($0)) }
        visits += (0..<4).map { event(.view, ID("x\($0)"), at: 6.1) }
        let alarms = try await found(visits, .trafficSpike)
        #expect(alarms.map(\.start.millis) == [6000])
        #expect(alarms.map(\.value) == [4])
        #expect(alarms.map(\.expected) == [1])
    }

    @Test func emptyWindowsCountAsZero() async throws {
        // Five windows without an event fill the baseline, so that four events are unusual.
        let visits =
            [event(.view, "a", at: 0)] + (0..<4).map { event(.view, ID("x\($0)"), at: 6) }
        #expect(try await found(visits, .trafficSpike).map(\.expected) == [0])
        let sooner = [event(.view, "a", at: 0)] + (0..<4).map { event(.view, ID("x\($0)"), at: 5) }
        #expect(try await found(sooner, .trafficSpike).map(\.expected) == [0.2])
        let early = [event(.view, "a", at: 0)] + (0..<4).map { event(.view, ID("x\($0)"), at: 4) }
        #expect(try await found(early, .trafficSpike).isEmpty)
    }

    @Test func aQuietSeriesDoesNotAlarm() async throws {
        let visits = (0..<100).map { event(.view, ID("\($0)"), at: Double($0) / 2) }
        for kind in [Alert.Kind.trafficSpike, .heavyUser, .silentSource] {
            #expect(try await found(visits, kind, restores: false).isEmpty)
        }
    }

    @Test func aUserAboveTheLimitAlarms() async throws {
        let four = (0..<4).map { event(.view, "a", at: Double($0)) }
        #expect(try await found(four, .heavyUser).isEmpty)
        let five = four + [event(.view, "a", at: 4)]
        #expect(try await found(five, .heavyUser).map(\.subject) == ["a"])
    }

    @Test func fewerBuyersThanUsualAlarm() async throws {
        var visits: [ShopEvent] = []
        for window in 0..<4 {
            let second = Double(window * 10)
            visits.append(event(.view, "a", at: second))
            visits.append(event(window < 3 ? .purchase : .view, "b", at: second + 1))
        }
        let alarms = try await found(visits, .conversionDrop)
        #expect(alarms.map(\.start.millis) == [30_000])
        #expect(alarms.map(\.expected) == [0.5])
    }

    @Test(arguments: [false, true])
    func aSilenceAlarmsOnce(othersGoOn: Bool) async throws {
        let app: EventProperties = ["source": .text("app")]
        var visits = [event(.view, "a", at: 0, properties: app), event(.view, "b", at: 20)]
        if othersGoOn { visits.append(event(.view, "b", at: 40)) }
        visits.append(event(.view, "b", at: 45))
        visits.append(event(.view, "a", at: 50, properties: app))
        let alarms = try await found(visits, .silentSource)
        #expect(alarms.map(\.subject) == ["app"])
        #expect(alarms.map(\.start.millis) == [0])
    }

    /// Each silence at its own time, however many events have put it off, and again after each return.
    @Test(arguments: [false, true])
    func everySilenceAlarmsInItsTurn(restores: Bool) async throws {
        let app: EventProperties = ["source": .text("app")]
        let sent = [0, 10, 20, 70, 80, 200].map {
            event(.view, "a", at: $0, properties: app)
        }
        let others = stride(from: 5.0, to: 300, by: 10).map { event(.view, "b", at: $0) }
        let alarms = try await found(
            (sent + others).sorted { $0.time < $1.time }, .silentSource, restores: restores)
        #expect(alarms.map(\.subject) == ["app", "app", "app"])
        #expect(alarms.map(\.start.millis) == [20_000, 80_000, 200_000])
    }

    @Test func aSilenceIsLongerThanTheRuleSays() async throws {
        let just = [event(.view, "a", at: 0), event(.view, "a", at: 30)]
        #expect(try await found(just, .silentSource).isEmpty)
        let longer = [event(.view, "a", at: 0), event(.view, "a", at: 30.001)]
        #expect(try await found(longer, .silentSource).map(\.start.millis) == [0])
    }

    /// Out of order, with the watermark as far behind, or only at the end.
    @Test(arguments: [1, 2], [false, true])
    func silencesLieBetweenEventsInTheOrderOfTheirTimes(
        parallelism: Int, advances: Bool
    ) async throws {
        let rules = rules
        let driver = try await TopologyDriver<ShopEvent, Alert>(parallelism: parallelism) {
            alerts($0, rules: rules)
        }
        var latest = 0.0
        for second in [100.0, 0, 60, 30, 170, 130, 250, 200] {
            let event = event(.view, "a", at: second)
            try driver.send(event, at: event.time.millis)
            if !advances { continue }
            latest = max(latest, second)
            try driver.advance(to: Int64(latest - 101) * 1000)
            try await driver.snapshotAndRestore()
        }
        try driver.finish()
        // Behind 250 the input ends.
        let silences = driver.takeOutput().filter { $0.kind == .silentSource }
        #expect(silences.map(\.start.millis).sorted() == [60_000, 130_000, 200_000])
    }

    @Test func whatComesBehindTheAlarmChangesNothing() async throws {
        let rules = rules
        let driver = try await TopologyDriver<ShopEvent, Alert> { alerts($0, rules: rules) }
        func send(_ second: Double) throws {
            let event = event(.view, "a", at: second)
            try driver.send(event, at: event.time.millis)
        }
        try send(0)
        try driver.advance(to: 40_000)
        try send(20)
        try driver.advance(to: 60_000)
        // The source goes on, and is silent again.
        try send(70)
        try driver.advance(to: 110_000)
        try driver.finish()
        let silences = driver.takeOutput().filter { $0.kind == .silentSource }
        #expect(silences.map(\.start.millis) == [0, 70_000])
    }
}
