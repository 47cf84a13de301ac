import Millrace
import MillraceTesting
import Testing

/// Ending a run in every way, and going on with another.
@Suite struct CheckpointRestartTests {
    @Test(arguments: [(1, 1), (1, 3), (3, 2)])
    func stopKeepsWindowsOpen(first: Int, second: Int) async throws {
        let expected = try await GatedTopology.undisturbed()
        let world = CheckpointWorld()
        let held = GatedTopology(90)
        try await held.topology().run(world.options(parallelism: first)) { running in
            try await running.waitUntil("visits", hasReceived: GatedTopology.received(90))
            try await running.stop()
        }
        let before = world.output
        let isEarlier = !before.isEmpty && before.count < expected.count
        #expect(isEarlier && Set(before).isSubset(of: expected))
        try await GatedTopology().topology().run(world.options(parallelism: second))
        #expect(try await world.difference() == "")
        #expect(world.restored == [1])
    }

    /// What was read behind the last checkpoint is read again.
    @Test func anAbandonedRunIsTakenUpAtItsLastCheckpoint() async throws {
        let world = CheckpointWorld()
        let held = GatedTopology(50)
        await #expect(throws: Abandoned.self) {
            try await held.topology().run(world.options(parallelism: 2)) { running in
                try await running.waitUntil("visits", hasReceived: GatedTopology.received(50))
                try await running.checkpoint()
                held.gate.allow(120)
                try await running.waitUntil("visits", hasReceived: GatedTopology.received(120))
                throw Abandoned()
            }
        }
        let report = try await GatedTopology().topology().run(world.options(parallelism: 2))
        #expect(report["in"]?.received == GatedTopology.received(150))
        #expect(try await world.difference() == "")
    }

    @Test func drainFiresWhatHasBeenRead() async throws {
        let world = CheckpointWorld()
        let report = try await GatedTopology(90).topology().run(
            world.options(parallelism: 2)
        ) { running in
            try await running.waitUntil("visits", hasReceived: GatedTopology.received(90))
            running.drain()
        }
        #expect(report["in"]?.received == GatedTopology.received(90))
        // As if the splits had ended there.
        let shorter = GatedTopology.events.map { Array($0.prefix(90)) }
        let rows = world.output.filter { $0.contains("session") }.count
        let sessions = try await Topology.run(
            on: shorter.joined().sorted { $0.time < $1.time },
            eventTime: { Timestamp(millis: $0.time) }
        ) {
            $0.keyed(by: { $0.key }).window(.session(gap: .seconds(9))).aggregate(.count())
        }
        #expect(rows == sessions.count)
        #expect(world.writtenBytes.count == 1)
    }

    @Test func aSavepointIsBegunFromWithOtherParallelism() async throws {
        let world = CheckpointWorld()
        let held = GatedTopology(70)
        await #expect(throws: Abandoned.self) {
            try await held.topology().run(world.options(parallelism: 2)) { running in
                try await running.waitUntil("visits", hasReceived: GatedTopology.received(70))
                let saved = try await running.savepoint(to: world.storage("saved"))
                #expect(saved.isSavepoint && saved.writtenBytes == saved.byteCount)
                throw Abandoned()
            }
        }
        #expect(try world.names().isEmpty)
        let options = world.options(parallelism: 3) {
            $0.storage = world.storage("elsewhere")
            $0.start = .savepoint(world.storage("saved"))
        }
        try await GatedTopology(100).topology().run(options) { running in
            try await running.waitUntil("visits", hasReceived: GatedTopology.received(30))
            try await running.stop()
        }
        // Its own checkpoint is later than the savepoint.
        try await GatedTopology().topology().run(options)
        #expect(try await world.difference() == "")
        #expect(world.restored.count == 2 && world.restored[0] < world.restored[1])
    }

    @Test func aRunMayBeginAtAnOlderCheckpointOrAnew() async throws {
        let world = CheckpointWorld()
        let held = GatedTopology(20)
        try await held.topology().run(world.options()) { running in
            for count in [20, 40] {
                held.gate.allow(count)
                try await running.waitUntil("visits", hasReceived: GatedTopology.received(count))
                try await running.checkpoint()
            }
            try await running.stop()
        }
        for (start, first) in [(Checkpoints.Start.checkpoint(1), 20), (.anew, 0)] {
            let options = world.options {
                $0.start = start
                $0.retained = 10
            }
            await #expect(throws: Abandoned.self) {
                try await GatedTopology(60).topology().run(options) { running in
                    let count = GatedTopology.received(60 - first)
                    try await running.waitUntil("in", hasReceived: count)
                    let received = await running.metrics()["in"]?.received
                    #expect(received == count)
                    throw Abandoned()
                }
            }
        }
        #expect(world.restored == [1])
        let missing = world.options { $0.start = .checkpoint(77) }
        let error = await #expect(throws: StreamError.self) {
            try await GatedTopology().topology().run(missing)
        }
        let ids = try world.storage().checkpointIDs().reversed().map { "\($0)" }
        #expect(ids.count > 1)
        #expect(error?.code == .damagedCheckpoint)
        #expect(
            error?.message
                == "'state' has no checkpoint 77; it has \(ids.joined(separator: ", "))")
        let nothing = world.options {
            $0.storage = world.storage("empty")
            $0.start = .checkpoint(1)
        }
        let none = await #expect(throws: StreamError.self) {
            try await GatedTopology().topology().run(nothing)
        }
        #expect(none?.message == "'empty' has no checkpoint 1, and no other")
    }

    @Test func twoRunsOnOneDirectoryAreRefused() async throws {
        let world = CheckpointWorld()
        let held = GatedTopology(10)
        try await held.topology().run(world.options()) { running in
            defer { held.gate.allowAll() }
            let error = await #expect(throws: StreamError.self) {
                try await GatedTopology().topology().run(world.options())
            }
            #expect(error?.code == .inputOutput)
        }
        #expect(try await world.difference() == "")
        // The lock is given back.
        try await GatedTopology().topology().run(world.options())
    }
}
