import Foundation
import Millrace
import MillraceTesting
import Testing

/// Which topologies may go on with stored state.
@Suite struct CheckpointCompatibilityTests {
    static func stopped() async throws -> CheckpointWorld {
        let world = CheckpointWorld()
        try await GatedTopology(90).topology().run(world.options(parallelism: 2)) { running in
            try await running.waitUntil("visits", hasReceived: GatedTopology.received(90))
            try await running.stop()
        }
        return world
    }

    @Test func aRenamedOperatorIsNamed() async throws {
        let world = try await Self.stopped()
        let calls = GatedTopology(process: "calls")
        let error = await #expect(throws: StreamError.self) {
            try await calls.topology().run(world.options())
        }
        #expect(error?.code == .incompatibleState)
        #expect(error?.message.contains("'visits'") == true)
        #expect(error?.message.contains("renamedOperators") == true)
        let renaming = world.options { $0.renamedOperators = ["visits": "calls"] }
        try await calls.topology().run(renaming)
        #expect(try await world.difference() == "")
    }

    /// What another topology has left in the directory is not taken for the run's own.
    @Test func aRenamedTopologyIsNamed() async throws {
        let world = try await Self.stopped()
        let renamed = GatedTopology(name: "renamed")
        let error = await #expect(throws: StreamError.self) {
            try await renamed.topology().run(world.options())
        }
        #expect(error?.code == .incompatibleState)
        #expect(error?.message.contains("'gated' in formerTopologyNames") == true)
        #expect(error?.message.contains("this one is 'renamed'") == true)
        try await renamed.topology().run(world.options { $0.formerTopologyNames = ["gated"] })
        #expect(try await world.difference() == "")
        // Its own checkpoints have its own name.
        try await renamed.topology().run(world.options())
    }

    /// Another computation under the name of an operator that has state.
    @Test(arguments: [0, 1, 2, 3])
    func aChangedAggregateNamesTheWayOut(change: Int) async throws {
        func topology(_ change: Int, _ gate: GatedSource.Gate) throws -> Topology {
            try Topology("changing") { flow in
                let keyed = flow.source(
                    GatedSource(splits: GatedTopology.events, gate: gate), name: "in",
                    watermarks: .monotonic
                )
                .keyed(by: { (event: Event) -> Int in event.key })
                let windows = keyed.window(.tumbling(.seconds(30)))
                switch change {
                case 0: windows.aggregate(.count(), name: "old").forEach { _, _ in }
                case 1:
                    windows.aggregate(.mean { Double($0.value) }, name: "old")
                        .forEach { _, _ in }
                case 2: windows.aggregate(.collect(), name: "old").forEach { _, _ in }
                case 3:
                    keyed.window(.session(gap: .seconds(9))).aggregate(.count(), name: "old")
                        .forEach { _, _ in }
                default: keyed.aggregate(.count(), name: "old").forEach { _, _ in }
                }
            }
        }
        let (world, gate) = (CheckpointWorld(), GatedSource.Gate(50))
        try await topology(0, gate).run(world.options()) { running in
            try await running.waitUntil("in", hasReceived: 100)
            try await running.stop()
        }
        gate.allowAll()
        let error = await #expect(throws: StreamError.self) {
            try await topology(change + 1, gate).run(world.options())
        }
        #expect(error?.code == .incompatibleState)
        #expect(error?.operatorName == "old")
        #expect(
            error?.message.hasSuffix(
                "; if the operator computes something else now, give it a new name, and list 'old' in "
                    + "droppedOperators") == true, "\(String(describing: error))")
        #expect(world.restored.isEmpty)
    }

    /// A window that aggregates on both sides of an exchange has one name.
    @Test func bothPartsOfAWindowAreRenamedAndDroppedAsOne() async throws {
        func topology(_ name: String, gate: GatedSource.Gate) throws -> Topology {
            try Topology("windows") { flow in
                flow.source(
                    GatedSource(splits: GatedTopology.events, gate: gate), name: "in",
                    watermarks: .monotonic
                )
                .keyed(by: { (event: Event) -> Int in event.key })
                .window(.tumbling(.seconds(30))).aggregate(.count(), name: name)
                .map { TextRow(text: "\($0)") }.sink(.jsonLines("out.jsonl"), name: "out")
            }
        }
        func stopped() async throws -> CheckpointWorld {
            let (world, gate) = (CheckpointWorld(), GatedSource.Gate(50))
            try await topology("old", gate: gate).run(world.options(parallelism: 2)) { running in
                try await running.waitUntil("in", hasReceived: 100)
                try await running.stop()
            }
            return world
        }
        let undisturbed = CheckpointWorld()
        let open = GatedSource.Gate(50)
        open.allowAll()
        try await topology("new", gate: open).run(undisturbed.options(parallelism: 2))

        let world = try await stopped()
        let error = await #expect(throws: StreamError.self) {
            try await topology("new", gate: open).run(world.options(parallelism: 2))
        }
        #expect(error?.message.components(separatedBy: "'old'").count == 2)
        let renaming = world.options(parallelism: 2) { $0.renamedOperators = ["old": "new"] }
        try await topology("new", gate: open).run(renaming)
        #expect(world.output.sorted() == undisturbed.output.sorted())

        let other = try await stopped()
        let dropping = other.options(parallelism: 2) { $0.droppedOperators = ["old"] }
        try await topology("new", gate: open).run(dropping)
        #expect(other.output.sorted() != undisturbed.output.sorted())
    }

    @Test func stateIsDroppedOnlyWithLeave() async throws {
        let world = try await Self.stopped()
        let calls = GatedTopology(process: "calls")
        try await calls.topology().run(world.options { $0.droppedOperators = ["visits"] })
        // The sessions go on; the visits begin anew.
        let expected = try await GatedTopology.undisturbed()
        func sessions(_ lines: [String]) -> [String] { lines.filter { $0.contains("session") } }
        #expect(sessions(world.output) == sessions(expected))
        #expect(world.output != expected)
    }

    @Test func operatorsMayBeAddedAndThoseWithoutStateRemoved() async throws {
        let gate = GatedSource.Gate(50)
        let world = CheckpointWorld()
        func topology(_ hasMap: Bool, _ hasCounts: Bool) throws -> Topology {
            try Topology("changing") { flow in
                var events = flow.source(
                    GatedSource(splits: GatedTopology.events, gate: gate), name: "in",
                    watermarks: .monotonic)
                if hasMap { events = events.map(name: "same") { $0 }.filter { _ in true } }
                let keyed = events.keyed(by: { (event: Event) -> Int in event.key })
                keyed.window(.tumbling(.seconds(30))).aggregate(.count(), name: "windows")
                    .map { TextRow(text: "\($0)") }.sink(.jsonLines("out.jsonl"), name: "out")
                if hasCounts {
                    keyed.aggregate(.count(), name: "counts").sink(.collect(into: Collected()))
                }
            }
        }
        try await topology(true, false).run(world.options()) { running in
            try await running.waitUntil("in", hasReceived: 100)
            try await running.stop()
        }
        gate.allowAll()
        try await topology(false, true).run(world.options())
        #expect(world.restored == [1])
        let other = CheckpointWorld()
        try await topology(true, true).run(other.options())
        #expect(world.output == other.output)
    }

    @Test func keyGroupsNeverChange() async throws {
        let world = try await Self.stopped()
        var options = world.options()
        options.keyGroups = KeyGroups(count: 64)
        let error = await #expect(throws: StreamError.self) {
            try await GatedTopology().topology().run(options)
        }
        #expect(error?.code == .incompatibleState)
        #expect(error?.message.contains("128 key groups") == true)
    }

    final class Opaque: Sendable {}

    @Test(arguments: [1, 3])
    func stateThatCannotBeStoredIsRefusedAtTheStart(parallelism: Int) async throws {
        let world = CheckpointWorld()
        let topology = try Topology("opaque") { flow in
            flow.source(
                GatedSource(splits: GatedTopology.events, gate: GatedSource.Gate()), name: "in"
            )
            .keyed(by: { (event: Event) -> Int in event.key })
            .process("opaque", state: Opaque.self, output: Int.self, onElement: { _, _, _ in })
            .sink(.collect(into: Collected()))
        }
        let error = await #expect(throws: StreamError.self) {
            try await topology.run(world.options(parallelism: parallelism))
        }
        #expect(error?.code == .incompatibleState)
        #expect(error?.operatorName == "opaque")
        #expect(error?.message.contains("Opaque") == true)
    }

    struct Visits: VersionedState {
        var count: Int
        var last: Timestamp
        static var stateVersion: Int { 2 }
        static func migration(from version: Int) -> StateMigration<Visits>? {
            version == 1 ? .from(Int.self) { Visits(count: $0, last: .none) } : nil
        }
    }

    func counting<State: Sendable>(
        _ type: State.Type, _ gate: GatedSource.Gate, into results: Collected<Int>,
        _ count: @escaping @Sendable (inout State?) -> Int
    ) throws -> Topology {
        try Topology("counting") { flow in
            flow.source(
                GatedSource(splits: GatedTopology.events, gate: gate), name: "in",
                watermarks: .monotonic
            )
            .keyed(by: { (event: Event) -> Int in event.key })
            .process(
                "counts", state: State.self, output: Int.self,
                onElement: { _, state, context in context.emit(count(&state)) }
            )
            .sink(.collect(into: results), name: "out")
        }
    }

    /// The state of a process becomes another type between two runs.
    @Test(arguments: [1, 2])
    func stateIsMigrated(parallelism: Int) async throws {
        let world = CheckpointWorld()
        let results = Collected<Int>()
        let gate = GatedSource.Gate(100)
        let before = try counting(Int.self, gate, into: results) { state in
            state = (state ?? 0) + 1
            return state ?? 0
        }
        try await before.run(world.options(parallelism: 2)) { running in
            try await running.waitUntil("counts", hasReceived: 200)
            try await running.stop()
        }
        gate.allowAll()
        let after = try counting(Visits.self, gate, into: results) { state in
            state = Visits(count: (state?.count ?? 0) + 1, last: .max)
            return state?.count ?? 0
        }
        try await after.run(world.options(parallelism: parallelism))
        var counts: [Int: Int] = [:]
        for event in GatedTopology.events.joined() { counts[event.key, default: 0] += 1 }
        #expect(results.elements.count == 400)
        #expect(results.elements.max() == counts.values.max())

        let restored = world.restored
        let refused = try counting(Double.self, gate, into: results) { _ in 0 }
        let error = await #expect(throws: StreamError.self) {
            try await refused.run(world.options())
        }
        #expect(error?.code == .incompatibleState && error?.operatorName == "counts")
        #expect(error?.message.contains("list 'counts' in droppedOperators") == true)
        #expect(restored.count == 1 && world.restored == restored)
    }
}
