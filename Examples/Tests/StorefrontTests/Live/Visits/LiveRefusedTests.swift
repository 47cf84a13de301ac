import Foundation
import Millrace
import Testing
import Topologies

@testable import Storefront

@Suite struct LiveRefusedTests {
    private func agent(_ text: String, _ user: ID, at second: Double) -> ShopEvent {
        ShopEvent(
            .view, user: user, product: "p", userAgent: text,
            time: Timestamp(millis: Int64(second * 1000)))
    }

    @Test func repeatsAndLateEventsAreShown() async throws {
        let run = try LiveRun { $0.outOfOrderness = .seconds(10) }
        defer { run.remove() }
        let visits = [event(.view, at: 100, id: "1"), event(.view, at: 100, id: "1")]
        let (before, _) = try await run.read(behind: visits) {
            (try await $0.refused(), try await $0.activity())
        }
        #expect(before.letters.map(\.reason) == [.duplicate])
        // Ten seconds behind the newest is late; it counts nevertheless.
        let more = (0..<100).map { event(.view, at: 200 + Double($0)) }
        _ = try await run.read(behind: more) { try await $0.refused() }
        let late = try await run.read(behind: [event(.scroll, "w", nil, at: 150)]) { views in
            (
                try await views.refused(reason: .late), try await views.activity(),
                try await views.refused(limit: 1)
            )
        }
        #expect(late.0.letters.compactMap(\.event?.user) == ["w"])
        let counts: [Int] = [late.0.late, late.0.duplicate, late.0.invalid]
        #expect(counts == [1, 1, 0])
        #expect(late.1.events.total == 102)
        #expect(late.1.events.late == 1)
        #expect(late.2.letters.count == 1)
        let lines = try run.archive("dead_letters")
        #expect(lines.count == 2)
        #expect(lines.contains { $0.hasPrefix(#"{"reason":"late","event":{"#) })
    }

    /// However old it is: it is counted with what came in when it came.
    @Test func aLateEventOfLastYearIsCountedWhereItIsShown() async throws {
        let run = try LiveRun { $0.outOfOrderness = .seconds(10) }
        defer { run.remove() }
        let year = 365.0 * 24 * 3600
        let visits = (0..<200).map { event(.view, at: 2 * year + Double($0)) }
        _ = try await run.read(behind: visits) { try await $0.refused() }
        let (refused, activity, past) = try await run.read(behind: [
            event(.scroll, "w", nil, at: year)
        ]) {
            (
                try await $0.refused(), try await $0.activity(),
                try await $0.activity(at: Timestamp(millis: Int64(2 * year + 120) * 1000))
            )
        }
        #expect(refused.letters.compactMap(\.event?.user) == ["w"])
        let counts: [Int] = [refused.late, activity.events.late, past.events.late]
        #expect(counts == [1, 1, 1])
    }

    @Test func whatCannotBeUnderstoodIsShown() async throws {
        let data = NSTemporaryDirectory() + "shop-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: data) }
        let shop = try LiveShop(ShopConfiguration(data: data))
        let errors = [
            InvalidEvent.FieldError("timestamp", "is odd"), .init("product_id", "is too"),
        ]
        try await shop.append([], refused: [RefusedInput("what came", errors)])
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await shop.run() }
            var found: RefusedView?
            while found?.invalid != 1 {
                found = try await shop.views?.refused()
                await Task.yield()
            }
            #expect(found?.letters.first?.errors == errors)
            #expect(found?.letters.first?.input == "what came")
            group.cancelAll()
            do { try await group.waitForAll() } catch is CancellationError {}
        }
    }

    @Test func botsAreEventsAndDevicesButNoUsers() async throws {
        let run = try LiveRun()
        defer { run.remove() }
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148 Safari"
        let crawler = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
        let visits = [
            agent(phone, "a", at: 3600), agent(phone, "a", at: 3601), agent(crawler, "g", at: 3602),
        ]
        let (activity, sessions, funnels, journeys) = try await run.read(behind: visits) {
            (
                try await $0.activity(), try await $0.sessions(), try await $0.funnels(),
                try await $0.journeys()
            )
        }
        #expect(activity.events.total == 3)
        #expect(activity.activeUsers.map(\.users) == [1, 1, 1])
        #expect(activity.activeUsers.map(\.approximate) == [1, 1, 1])
        #expect(activity.hours.last?.users == 1)
        #expect(activity.sessions.open == 1)
        #expect(
            activity.devices == [
                DeviceFigures(device: .mobile, system: "ios", visits: 2, users: 1),
                DeviceFigures(device: .bot, system: "unknown", visits: 1, users: 1),
            ])
        #expect(sessions.sessions.map(\.isBot) == [true, false])
        #expect(funnels.funnels.map(\.counts) == [[1, 0, 0], [1, 0, 0]])
        #expect(journeys.transitions.map(\.count) == [1])
    }

    @Test(arguments: [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36", "desktop",
            "windows"
        ),
        (
            "Mozilla/5.0 (Linux; Android 13; SM-X700) Chrome/120.0 Safari/537.36", "tablet",
            "android"
        ),
        ("Mozilla/5.0 (Linux; Android 13; Pixel 7) Chrome/120 Mobile Safari", "mobile", "android"),
        ("Mozilla/5.0 (iPad; CPU OS 16_0 like Mac OS X) Safari", "tablet", "ios"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 13_0) Safari", "desktop", "macos"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome", "desktop", "chromeos"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Firefox/120.0", "desktop", "linux"),
        ("curl/8.5.0", "bot", "unknown"), ("", "unknown", "unknown"),
    ])
    func userAgentsAreRecognised(agent: String, device: String, system: String) {
        let client = Client(userAgent: agent)
        #expect(client.device.rawValue == device)
        #expect(client.system.rawValue == system)
    }
}
