import Millrace
import MillraceTesting
import Testing

/// What has not changed is not written again, and what nobody refers to any more is removed.
@Suite struct IncrementalCheckpointTests {
    /// 20,000 keys, each once, then the first ten again and again.
    static let events = [
        (0..<20_200).map {
            Event(key: $0 < 20_000 ? $0 : $0 % 10, value: $0, time: Int64($0))
        }
    ]

    static func counts(_ gate: GatedSource.Gate) throws -> Topology {
        try Topology("counts") { flow in
            flow.source(GatedSource(splits: events, gate: gate), name: "in")
                .keyed(by: { (event: Event) -> Int in event.key })
                .aggregate(.count(), name: "counts")
                .forEach { _, _ in }
        }
    }

    /// A checkpoint at 20,000 events, one without any more, and one for each further ten events.
    static func run(_ world: CheckpointWorld, retained: Int, further: Int) async throws {
        let gate = GatedSource.Gate(20_000)
        let options = world.options { $0.retained = retained }
        await #expect(throws: Abandoned.self) {
            try await counts(gate).run(options) { running in
                try await running.waitUntil("counts", hasReceived: 20_000)
                try await running.checkpoint()
                try await running.checkpoint()
                for number in 0..<further {
                    let count = 20_010 + 10 * number
                    gate.allow(count)
                    try await running.waitUntil("counts", hasReceived: count)
                    try await running.checkpoint()
                }
                throw Abandoned()
            }
        }
    }

    @Test func onlyWhatHasChangedIsWritten() async throws {
        let world = CheckpointWorld()
        try await Self.run(world, retained: 10, further: 2)
        let written = world.writtenBytes
        let manifests = try (1...4).map { try world.storage().checkpoint($0).manifest }
        #expect(manifests.map(\.writtenBytes) == written)
        #expect(written[0] == manifests[0].byteCount && written[0] > 40_000)
        // Positions and the numbers of the blocks.
        #expect(written[1] < 2000)
        // Ten of 128 segments.
        #expect(written[2] > written[1] && written[2] < written[0] / 8)
        #expect(written[3] < written[0] / 8)
        #expect(manifests[3].files == [1, 4])
        let keys = manifests[3].operators.first { $0.name == "counts" }?.instances[0].keyCount
        #expect(keys == 20_000)
        for id in 1...4 { try world.storage().checkpoint(UInt64(id)).verify() }
    }

    @Test(arguments: [1, 2, 3])
    func whatNobodyRefersToIsRemoved(retained: Int) async throws {
        let world = CheckpointWorld()
        try await Self.run(world, retained: retained, further: 3)
        let names = try world.names()
        let kept = names.filter { $0.hasSuffix(".manifest") }
        let last = (0..<retained).map { "checkpoint-000000000\(5 - $0).manifest" }
        #expect(kept.sorted() == last.sorted())
        let all = try world.storage().checkpoints()
        #expect(all.damaged.isEmpty)
        var needed: Set<String> = []
        for file in all.whole.flatMap(\.manifest.files) {
            needed.insert("checkpoint-000000000\(file).data")
        }
        #expect(needed.contains("checkpoint-0000000001.data"))
        #expect(Set(names.filter { $0.hasSuffix(".data") }) == needed)
        for checkpoint in all.whole { try checkpoint.verify() }
    }

    /// Each checkpoint leaves a few segments as they are for ever, so that every one has something that all
    /// later ones could refer to.
    @Test func filesOfWhichLittleIsUsedAreRemoved() async throws {
        let world = CheckpointWorld()
        let keys = Dictionary(grouping: 0..<20_000) { $0.stableHash >> 57 }
        var numbers = Array(0..<20_000)
        var steps = [numbers.count]
        for round in 1...12 {
            numbers += keys.compactMap { $0.key >= 10 * round ? $0.value[0] : nil }
            steps.append(numbers.count)
        }
        // One more, which is not let in, so that the topology goes on.
        let events = [(numbers + [0]).map { Event(key: $0, value: 0, time: 0) }]
        let gate = GatedSource.Gate(0)
        let topology = try Topology("counts") { flow in
            flow.source(GatedSource(splits: events, gate: gate), name: "in")
                .keyed(by: { (event: Event) -> Int in event.key })
                .aggregate(.count(), name: "counts")
                .forEach { _, _ in }
        }
        let options = world.options { $0.retained = 1 }
        try await topology.run(options) { [steps] running in
            for count in steps {
                gate.allow(count)
                try await running.waitUntil("counts", hasReceived: count)
                try await running.checkpoint()
                let sizes = try world.names().filter { $0.hasSuffix(".data") }
                    .map { Int64(try #require(world.files.content("state/" + $0)).count) }
                let last = try #require(try world.storage().checkpoints().whole.last)
                #expect(sizes.reduce(0, +) <= 2 * last.manifest.byteCount + 20_000)
                try last.verify()
            }
            try await running.stop()
        }
        // Still not everything each time.
        #expect(world.writtenBytes.reduce(0, +) < 12 * world.writtenBytes[0])
    }

    /// Values whose codec uses other types, in segments that are not written again.
    @Test func sketchesOfEarlierCheckpointsAreRead() async throws {
        let world = CheckpointWorld()
        let results = Collected<Keyed<Int, Int>>()
        let gate = GatedSource.Gate(100)
        let topology = try Topology("sketches") { flow in
            flow.source(GatedSource(splits: GatedTopology.events, gate: gate), name: "in")
                .keyed(by: { (event: Event) -> Int in event.key })
                .aggregate(.approximateDistinctCount(\.value, precision: 6), name: "users")
                .sink(.collect(into: results), name: "out")
        }
        try await topology.run(world.options()) { running in
            try await running.waitUntil("users", hasReceived: 200)
            try await running.checkpoint()
            try await running.checkpoint()
            try await running.stop()
        }
        #expect(world.writtenBytes[2] < world.writtenBytes[0])
        gate.allowAll()
        try await topology.run(world.options(parallelism: 2))
        #expect(world.restored == [3])
        var values: [Int: Set<Int>] = [:]
        for event in GatedTopology.events.joined() {
            values[event.key, default: []].insert(event.value)
        }
        for (key, distinct) in values {
            let greatest = results.elements.filter { $0.key == key }.map(\.value).max() ?? 0
            #expect(abs(greatest - distinct.count) <= distinct.count / 3)
        }
    }
}
