import Millrace
import Storefront
import Testing
import Topologies

@Suite(.enabled(if: ReferenceSet.isAvailable, ReferenceSet.reason))
struct ReferenceVisitsTests {
    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory", "apache-access-log"],
            large: ["taobao-userbehavior", "globo-news-clicks"]))
    func sessionsAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        let found = try await set.results { shopSessions($0) }
        // The reference numbers the hosts of a web log in their order.
        let hosts = Dictionary(
            uniqueKeysWithValues: Set(found.map(\.user)).sorted().enumerated()
                .map { ($0.element, ID("\($0.offset)")) })
        let isLog = name.hasPrefix("apache")
        let lines =
            found
            .map { (user: isLog ? hosts[$0.user] ?? "" : $0.user, summary: $0.summary) }
            .sorted { ($0.user, $0.summary.start) < ($1.user, $1.summary.start) }
            .map { user, session in
                "\(user),\(session.start.millis),\(session.end.millis),\(session.events),"
                    + "\(session.purchases)"
            }
        let expected = try set.expected("sessions")["new_session_if_gap_greater_or_equal"]
        #expect(try ReferenceSet.digest(lines) == expected["digest"].string)
    }

    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory"], large: ["taobao-userbehavior"]))
    func sessionTotalsAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        let found = try await set.results(parallelism: 2) {
            sessionStatistics(shopSessions($0), in: .global)
        }
        let total = try #require(found.first)
        let expected = try set.expected("sessions")["new_session_if_gap_greater_or_equal"]
        #expect(total.sessions == expected["sessions"].int)
        #expect(total.bounces == expected["single_event_sessions"].int)
        #expect(total.converted == expected["sessions_with_purchase"].int)
        #expect(total.carted == expected["sessions_with_cart"].int)
        #expect(Int(total.totalDurationMillis) == expected["total_duration_ms"].int)
        #expect(Int(total.longestMillis) == expected["max_duration_ms"].int)
    }

    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory", "apache-access-log"],
            large: ["taobao-userbehavior", "globo-news-clicks"]),
        AudienceWindow.allCases)
    func audiencesAreEqual(name: String, window: AudienceWindow) async throws {
        let set = try ReferenceSet(name)
        let exact = try await set.results(parallelism: 2) { audience($0, in: window) }
            .sorted { $0.window < $1.window }
        let lines = exact.map { "\($0.window.start.millis),\($0.users)" }
        let expected = try set.expected("active_users")[window.rawValue]
        #expect(try ReferenceSet.digest(lines) == expected["digest"].string)

        let approximate = try await set.results { approximateAudience($0, in: window) }
            .sorted { $0.window < $1.window }
        #expect(approximate.map(\.window) == exact.map(\.window))
        for (estimate, count) in zip(approximate, exact) {
            // Five standard errors.
            let error = Double(abs(estimate.users - count.users))
            #expect(error <= max(2, 5 * 0.01625 * Double(count.users)))
        }
    }

    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory"], large: ["taobao-userbehavior"]))
    func conversionsAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        let found = try await set.results(parallelism: 2) { conversions($0) }
            .sorted { $0.window < $1.window }
            .map {
                [
                    "\($0.window.start.millis)", "\($0.views)", "\($0.purchases)",
                    "\($0.revenue.thousandths)", "\($0.buyers)", "\($0.users)",
                ]
            }
        #expect(try found == set.expected("conversions")["windows"].rows)
    }

    @Test(.enabled(if: ReferenceSet.isFast, "this set is for release builds"))
    func dailyRevenueIsEqual() async throws {
        let set = try ReferenceSet("uci-online-retail")
        let found = try await set.results { conversions($0, every: .days(1)) }
            .sorted { $0.window < $1.window }
            .map {
                [
                    "\($0.window.start.millis)", "\($0.purchases)", "\($0.revenue.thousandths)",
                    "\($0.buyers)",
                ]
            }
        let expected = try set.expected("daily")["windows"].rows
        #expect(found == expected.map { Array($0.prefix(4)) }.filter { $0[1] != "0" })
    }

    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory"], large: ["taobao-userbehavior"]))
    func journeysAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        let expected = try set.expected("journeys")
        let transitions = try await set.results { typeTransitions(journeys($0)) }
            .map { ("\($0.transition.from)>\($0.transition.to)", $0.count) }
        #expect(
            Dictionary(uniqueKeysWithValues: transitions) == expected["type_transitions"].counts)
        let paths = try await set.results(parallelism: 2) { topPaths(journeys($0)) }
        #expect(paths.first?.sessions == expected["sessions"].int)
        #expect(paths.first?.distinctPaths == expected["distinct_paths"].int)
        #expect(
            paths.first?.top.map { [$0.path, "\($0.sessions)"] } == expected["top_paths"].rows)
    }

    @Test(
        arguments: ReferenceSet.names(
            ["rees46-multicategory"], large: ["taobao-userbehavior"]),
        [Funnel.Scope.user, .userAndProduct])
    func funnelsAreEqual(name: String, scope: Funnel.Scope) async throws {
        let set = try ReferenceSet(name)
        let expected = try set.expected("funnel")[scope.rawValue]
        let funnel = Funnel("funnel", scope: scope)
        let arrivals = try await set.results { funnelArrivals($0, funnel) }
        let reached = (0..<3).map { step in arrivals.count { $0.step == step } }
        #expect(
            reached == [
                expected["viewed"].int, expected["carted"].int, expected["purchased"].int,
            ])
        let keys =
            arrivals
            .filter { $0.step == 2 }
            .map { ($0.user, $0.product ?? "") }
            .sorted { $0 < $1 }
            .map { $1 == "" ? "\($0)" : "(\($0), \($1))" }
        #expect(try ReferenceSet.digest(keys) == expected["digest_level3"].string)

        let short = Funnel("short", steps: [.view, .purchase], scope: scope)
        let report = try await set.results(parallelism: 2) {
            funnelReports(funnelArrivals($0, short), of: short)
        }
        #expect(report.first?.reached.last == expected["view_to_purchase_two_step"].int)
    }

    @Test(.enabled(if: ReferenceSet.isFast, "this set is for release builds"))
    func devicesAndGivenSessionsAreEqual() async throws {
        let set = try ReferenceSet("globo-news-clicks")
        let devices = try await set.results { deviceStatistics($0) }
            .sorted {
                (
                    $0.window.start, Int($0.device.group) ?? 0, Int($0.device.system) ?? 0
                ) < ($1.window.start, Int($1.device.group) ?? 0, Int($1.device.system) ?? 0)
            }
            .map {
                "\($0.window.start.millis),\($0.device.group),\($0.device.system),\($0.visits),"
                    + "\($0.users),\($0.sessions)"
            }
        #expect(
            try ReferenceSet.digest(devices) == set.expected("device_stats")["digest"].string)
    }

    @Test(
        arguments: ReferenceSet.names(["rees46-multicategory"], large: ["globo-news-clicks"]))
    func givenSessionsAreEqual(name: String) async throws {
        let set = try ReferenceSet(name)
        let lines = try await set.results { givenSessions($0) }
            .sorted { $0.id.description.utf8.lexicographicallyPrecedes($1.id.description.utf8) }
            .map { "\($0.id),\($0.start.millis),\($0.end.millis),\($0.events)" }
        #expect(
            try ReferenceSet.digest(lines) == set.expected("given_sessions")["digest"].string)
    }
}
