import Foundation
import Millrace
import Synchronization
import Testing
import Topologies

@testable import Storefront

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

@Suite struct AlertWebhookTests {
    @Test func alertsArePostedInOrderAndOnceFromRunToRun() async throws {
        let run = try WebhookRun()
        defer { run.remove() }
        try run.write([0])
        try await run.post()
        #expect(run.posts == [], "what was there before the webhook is not posted")
        try run.write([1, 2, 3])
        try await run.post()
        #expect(run.posts == [1, 2, 3])
        try run.write([4])
        try await run.post()
        #expect(run.posts == [1, 2, 3, 4])
        #expect(run.figures.snapshot.posted == 1)
        #expect(run.figures.snapshot.waiting == 0)
    }

    @Test func anAlertWhoseAnswerWasLostInACrashIsPostedAgain() async throws {
        let run = try WebhookRun()
        defer { run.remove() }
        try await run.post()
        try run.write([1, 2, 3])
        // The receiver has taken the second, and the process ends before that is written down.
        try await run.post { number in
            if number < 2 { return 200 }
            withUnsafeCurrentTask { $0?.cancel() }
            throw CancellationError()
        }
        #expect(run.posts == [1, 2])
        try await run.post()
        #expect(run.posts == [1, 2, 2, 3])
    }

    @Test func aReceiverThatIsAwayIsTriedWithGrowingPausesUntilItIsBack() async throws {
        let run = try WebhookRun()
        defer { run.remove() }
        try await run.post()
        try run.write([1, 2])
        // No answer at all is 0 here.
        let answers = Mutex([0, 503, 500, 408, 429, 0, 302, 503])
        try await run.post { _ in
            let status = answers.withLock { $0.isEmpty ? 204 : $0.removeFirst() }
            if status == 0 { throw URLError(.cannotConnectToHost) }
            return status
        }
        #expect(run.posts == Array(repeating: 1, count: 9) + [2])
        #expect(run.pauses == [1, 2, 4, 8, 16, 32, 60, 60, 0].map { Duration.seconds($0) })
        let figures = run.figures.snapshot
        #expect(figures.posted == 2 && figures.failures == 8 && figures.waiting == 0)
        #expect(figures.trouble == nil)
    }

    @Test func whatWaitsIsCountedWhileTheReceiverIsAway() async throws {
        let run = try WebhookRun()
        defer { run.remove() }
        try await run.post()
        try run.write([1])
        let away = run.clock.now
        let seen = Mutex<[Int]>([])
        try await run.post { _ in
            run.clock.now - away < .minutes(3) ? 503 : 200
        } whileAway: {
            // Within the pause of a minute, which begins after 63 seconds.
            let seconds = Int((run.clock.now - away) / .seconds(1))
            if seconds == 73 { try run.write([2, 3]) }
            if (73...93).contains(seconds) {
                seen.withLock { $0.append(run.figures.snapshot.waiting) }
            }
        }
        #expect(seen.withLock { $0 } == [1, 3, 3])
        #expect(run.posts.suffix(3) == [1, 2, 3])
    }

    @Test func aRestartGoesOnWithWhatTheReceiverHasNotTaken() async throws {
        let run = try WebhookRun()
        defer { run.remove() }
        try await run.post()
        try run.write([1, 2, 3])
        try await run.post(endingAfter: 5) { number in number == 1 ? 200 : 503 }
        let figures = run.figures.snapshot
        #expect(figures.waiting == 2 && figures.trouble == "the status was 503")
        #expect(run.posts == [1] + Array(repeating: 2, count: 6))
        try await run.post()
        #expect(run.posts.suffix(2) == [2, 3])
    }

    @Test func aPlaceThatCouldNotBeWrittenIsWrittenWhileTheReceiverIsAway() async throws {
        let run = try WebhookRun()
        defer { run.remove() }
        let feeds = "\(run.configuration.data)/feeds"
        try Data().write(to: URL(filePath: feeds))
        try await run.post(endingAfter: 2) { _ in
            503
        } whenIdle: {
            try FileManager.default.removeItem(atPath: feeds)
            try run.write([1])
        }
        #expect(run.posts == [1, 1, 1])
        try await run.post()
        #expect(run.posts == [1, 1, 1, 1])
    }

    @Test(arguments: ["", "torn {", #"{"offset": -1}"#])
    func aDamagedPlaceIsSaidAndKeptAside(content: String) async throws {
        let run = try WebhookRun()
        defer { run.remove() }
        try await run.post()
        try run.write([1, 2])
        try await run.post()
        #expect(run.figures.snapshot.lostPlace == nil)
        let place = "\(run.configuration.data)/feeds/webhook.json"
        try Data(content.utf8).write(to: URL(filePath: place))
        try await run.post()
        #expect(run.posts == [1, 2, 1, 2], "better twice than never")
        #expect(run.figures.snapshot.lostPlace?.contains("'\(place)' is damaged") == true)
        #expect(FileManager.default.contents(atPath: "\(place).damaged") == Data(content.utf8))
        try await run.post()
        #expect(run.posts == [1, 2, 1, 2] && run.figures.snapshot.lostPlace == nil)
    }

    @Test func aPlaceThatIsNoneOfTheArchiveIsSaid() async throws {
        let run = try WebhookRun()
        defer { run.remove() }
        try await run.post()
        try run.write([1, 2])
        let place = "\(run.configuration.data)/feeds/webhook.json"
        try Data(#"{"offset": 3}"#.utf8).write(to: URL(filePath: place))
        try await run.post()
        #expect(run.posts == [1, 2])
        #expect(run.figures.snapshot.lostPlace?.contains("'\(place)' says byte 3") == true)
    }

    @Test func whatIsRefusedForGoodIsCountedAndHoldsNothing() async throws {
        let run = try WebhookRun()
        defer { run.remove() }
        try await run.post()
        try run.write([1, 2, 3])
        try await run.post { number in number == 2 ? 422 : 200 }
        #expect(run.posts == [1, 2, 3])
        let figures = run.figures.snapshot
        #expect(figures.posted == 2 && figures.refused == 1 && figures.failures == 0)
        #expect(figures.refusal?.contains("status 422") == true)
    }

    @Test func whatIsTooOldIsGivenUp() async throws {
        let run = try WebhookRun()
        defer { run.remove() }
        try await run.post()
        try run.write([1, 2])
        run.clock.advance(by: .hours(12))
        try run.write([3])
        let away = run.clock.now + .hours(14)
        try await run.post { _ in run.clock.now < away ? 503 : 200 }
        #expect(Set(run.posts.dropLast()) == [1, 3])
        #expect(run.posts.last == 3)
        #expect(run.figures.snapshot.expired == 2)
        #expect(run.figures.snapshot.posted == 1)
    }

    @Test func ofTooManyTheOldestAreGivenUp() async throws {
        let run = try WebhookRun()
        defer { run.remove() }
        try await run.post()
        try run.write(Array(1...15))
        try await run.post()
        #expect(run.posts == Array(6...15))
        #expect(run.figures.snapshot.expired == 5)
    }

    @Test func anArchiveThatIsBuiltAnewIsPostedAnew() async throws {
        let run = try WebhookRun()
        defer { run.remove() }
        try await run.post()
        try run.write([1, 2])
        try await run.post()
        try FileManager.default.removeItem(atPath: run.archive)
        try run.write([1])
        try await run.post()
        try run.write([2])
        try await run.post()
        #expect(run.posts == [1, 2, 2] || run.posts == [1, 2, 1, 2])
    }

    /// Prints its port, and writes the bodies of two requests to a file.
    private static let server = """
        import http.server, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length'])).decode()
                self.send_response(204)
                self.end_headers()
                print(body, file=open(sys.argv[1], 'a'), flush=True)
            def log_message(self, *arguments): pass
        server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
        print(server.server_port, flush=True)
        # Ends by itself, whatever becomes of the test.
        server.timeout = 60
        for _ in range(2): server.handle_request()
        """

    /// Three events in a minute, where two are allowed, and one behind the minute.
    private func visits(_ user: ID, at start: Timestamp) -> [ShopEvent] {
        [0, 1, 2, 61].map { second in
            ShopEvent(
                id: "\(user)\(second)", .view, user: user, product: "p",
                time: start + .seconds(second))
        }
    }

    @Test(.timeLimit(.minutes(5))) func aShopPostsItsAlertsAcrossARestart() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "posted-\(UUID())").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.server, file]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
            try? FileManager.default.removeItem(atPath: file)
        }
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        var configuration = ShopConfiguration(data: "\(NSTemporaryDirectory())shop-\(UUID())")
        defer { try? FileManager.default.removeItem(atPath: configuration.data) }
        configuration.outOfOrderness = .zero
        configuration.checkpointInterval = .milliseconds(100)
        configuration.alertRules = AlertRules(userLimit: 2)
        configuration.alertWebhook = "http://127.0.0.1:\(port.prefix { $0.isNumber })/alerts"
        configuration.post = { json, address in
            guard let url = URL(string: address) else { throw URLError(.badURL) }
            var request = URLRequest(url: url, timeoutInterval: 10)
            request.httpMethod = "POST"
            request.httpBody = Data(json)
            let answer = try await URLSession.shared.data(for: request).1
            return (answer as? HTTPURLResponse)?.statusCode ?? 503
        }
        let start = Timestamp(
            minute: (TimeSource.system.now() - .hours(1)).millis / 60_000)
        for (number, user) in (["ada", "bob"] as [ID]).enumerated() {
            let shop = try LiveShop(configuration)
            try await shop.whenReady {
                try await shop.append(visits(user, at: start + .minutes(5 * number)))
                while shop.figures.webhook.snapshot.posted == 0 {
                    try Task.checkCancellation()
                    await Task.yield()
                }
            }
            #expect(shop.figures.webhook.snapshot.posted == 1)
        }
        let posted = try String(contentsOfFile: file, encoding: .utf8)
        let archived = try String(
            contentsOfFile: "\(configuration.archivePath)/alerts.jsonl", encoding: .utf8)
        #expect(posted == archived)
        #expect(posted.split(separator: "\n").count == 2)
        #expect(posted.contains(#""id":"heavy_user-\#(start.millis)-ada""#))
    }
}
