import Millrace
import MillraceTesting
import Testing

/// The code of the articles "Testing with the simulator" and "Event log", as it stands there.
@Suite struct ArticleTests {
    struct Click: Sendable {
        var user: Int
        var time: Timestamp
    }

    struct Row: JSONEncodableRecord, Sendable {
        var text: String

        func encode(to json: inout JSONWriter) { json.field("row", text) }
    }

    @Test func theSimulator() throws {
        let clicks = (0..<2).map { split in
            Event.random(60, keys: 5, disorder: 0, seed: UInt64(split)).map {
                Click(user: $0.key, time: Timestamp(millis: $0.time))
            }
        }
        let simulation = Simulation { _ in
            try Topology("sessions") { flow in
                flow.source(.splits(clicks), name: "clicks", eventTime: { $0.time })
                    .keyed(by: { $0.user })
                    .window(.session(gap: .seconds(30)))
                    .aggregate(.count(), name: "sessions")
                    .map { Row(text: "\($0.key) \($0.window) \($0.value)") }
                    .sink(.jsonLines("sessions.jsonl"))
            }
        }
        try simulation.check(seeds: 0..<20)
        #expect(try !simulation.undisturbed().output.isEmpty)
    }

    struct Login: JSONDecodableRecord {
        var user = 0

        init(from json: inout JSONReader) throws {
            while let field = try json.nextField() {
                if field == "user" { user = try json.integer() } else { try json.skip() }
            }
        }
    }

    @Test func theEventLog() async throws {
        try await CheckpointToolTests.withTemporaryDirectory { directory in
            let path = directory + "/events"
            let log = try EventLog(at: path, partitions: 2)
            for user in 0..<10 {
                try await log.append(
                    #"{"user":\#(user)}"#, key: "\(user)",
                    at: Timestamp(millis: Int64(user) * 1000))
            }
            try log.close()

            let results = Collected<Windowed<Int, Int>>()
            let topology = try Topology("users") { flow in
                flow.source(
                    .eventLog(path, as: Login.self), name: "logins", watermarks: .monotonic
                )
                .keyed(by: { $0.user })
                .window(.tumbling(.seconds(5)))
                .aggregate(.count(), name: "logins per user")
                .sink(.collect(into: results))
            }
            try await topology.run()
            #expect(results.elements.count == 10)
            #expect(results.elements.filter { $0.window.start.millis == 0 }.count == 5)
        }
    }
}
