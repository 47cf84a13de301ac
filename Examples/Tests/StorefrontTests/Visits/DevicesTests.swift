import Millrace
import Storefront
import Testing
import Topologies

@Suite struct DevicesTests {
    @Test func eventsWithoutADeviceAreLeftOut() async throws {
        let phone: EventProperties = ["device_group": .number("1"), "os": .text("x")]
        let found = try await results(
            of: [
                event(.view, "a", at: 0, session: "s", properties: phone),
                event(.view, "b", at: 1, session: "t", properties: phone),
                event(.view, "b", at: 2, session: "t", properties: phone), event(.view, at: 3),
            ], restores: true
        ) { deviceStatistics($0) }
        #expect(found.map { [$0.visits, $0.users, $0.sessions] } == [[3, 2, 2]])
    }

    @Test func aGivenSessionMayHaveLongPauses() async throws {
        let found = try await results(
            of: [
                event(.view, at: 0, session: "s"), event(.view, at: 9999, session: "s"),
                event(.view, at: 2),
            ]
        ) { givenSessions($0) }
        #expect(found.map(\.events) == [2])
        #expect(found.map(\.end.millis) == [9_999_000])
    }
}
