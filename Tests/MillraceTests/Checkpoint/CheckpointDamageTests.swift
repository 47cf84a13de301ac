import Millrace
import MillraceTesting
import Synchronization
import Testing

/// Checkpoints that are damaged, and storages that fail.
@Suite struct CheckpointDamageTests {
    /// Three checkpoints, at 30, 60 and 90 events of each split.
    static func world() async throws -> CheckpointWorld {
        let world = CheckpointWorld()
        let held = GatedTopology(0)
        await #expect(throws: Abandoned.self) {
            try await held.topology().run(world.options(parallelism: 2)) { running in
                for count in [30, 60, 90] {
                    held.gate.allow(count)
                    try await running.waitUntil(
                        "visits", hasReceived: GatedTopology.received(count))
                    try await running.checkpoint()
                }
                throw Abandoned()
            }
        }
        return world
    }

    @Test(arguments: ["checkpoint-0000000003.manifest", "checkpoint-0000000003.data"])
    func aDamagedOneIsPassedOver(name: String) async throws {
        let world = try await Self.world()
        try world.damage(name)
        try await GatedTopology(150).topology().run(world.options(parallelism: 1)) { running in
            let rest = GatedTopology.received(150 - 60)
            try await running.waitUntil("visits", hasReceived: rest)
            #expect(await running.metrics()["in"]?.received == rest)
            try await running.stop()
        }
        #expect(world.restored == [2])
        #expect(world.skipped.count == 1)
        #expect(world.skipped.first?.code == .damagedCheckpoint)
        #expect(world.skipped.first?.description.contains(name) == true)
        // The damaged one's number is not used again.
        #expect(try world.names().contains("checkpoint-0000000004.manifest"))
    }

    @Test func whereAllAreDamagedTheRunIsRefused() async throws {
        let world = try await Self.world()
        for name in try world.names() where name.hasSuffix(".data") { try world.damage(name) }
        let error = await #expect(throws: StreamError.self) {
            try await GatedTopology().topology().run(world.options())
        }
        #expect(error?.code == .damagedCheckpoint)
        #expect(world.skipped.count == 3 && world.restored.isEmpty)
        // Only the user may decide to lose state.
        #expect(try world.names().count == 6)
    }

    @Test func aMissingFileIsDamage() async throws {
        let world = try await Self.world()
        try world.files.remove("state/checkpoint-0000000003.data")
        try await GatedTopology().topology().run(world.options())
        #expect(world.restored == [2])
        #expect(world.skipped.first?.message.contains("missing") == true)
    }

    private final class Switch: Sendable {
        let isOn = Atomic(false)
    }

    @Test func someFailuresAreTolerated() async throws {
        let world = CheckpointWorld()
        let fails = Switch()
        let options = world.options {
            $0.storage = HookedStorage.base(world.storage()) {
                guard fails.isOn.load(ordering: .acquiring) else { return }
                throw StreamError(.inputOutput, "the disk is full")
            }
            $0.toleratedFailures = 1
        }
        let held = GatedTopology(40)
        let error = await failure {
            try await held.topology().run(options) { running in
                try await running.waitUntil("visits", hasReceived: GatedTopology.received(40))
                for failing in [true, false, true] {
                    fails.isOn.store(failing, ordering: .releasing)
                    let error = await failure { try await running.checkpoint() }
                    #expect((error != nil) == failing)
                }
                #expect(await running.metrics()["visits"]?.received == 80)
                #expect(await failure { try await running.checkpoint() } != nil)
            }
        }
        #expect(error?.message == "the disk is full")
        #expect(world.failed.count == 3)
        try await GatedTopology().topology().run(world.options())
        #expect(world.restored == [2])
        #expect(try await world.difference() == "")
    }
}
