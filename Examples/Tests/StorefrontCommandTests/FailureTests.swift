import ArgumentParser
import Foundation
import Millrace
import Storefront
import StorefrontServer
import Testing

@testable import StorefrontCommand

/// What a user is told who has given a wrong option, or whose data is damaged.
@Suite struct FailureTests {
    private func text(_ text: String, to path: String) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
    }

    private func failure(_ body: () throws -> Void) -> Failure? {
        do { try body() } catch let failure as Failure { return failure } catch {
            Issue.record("\(error)")
        }
        return nil
    }

    @Test func aDataDirectoryThatIsNoneIsNamed() async throws {
        try await withDirectory { directory in
            try text("", to: "\(directory)/file")
            for (path, words) in [
                ("\(directory)/file", "must be a directory"),
                ("\(directory)/file/below", "cannot be created"),
            ] {
                let failure = failure { try DataDirectory(path: path).prepare() }
                #expect(failure?.code == 74)
                #expect(failure?.description.hasPrefix("--data '\(path)': ") == true)
                #expect(failure?.description.contains(words) == true)
            }
            try DataDirectory(path: "\(directory)/new").prepare()
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(directory)/new") == [])
        }
    }

    @Test func aCatalogueThatIsNoneIsNamed() async throws {
        try await withDirectory { directory in
            var settings = Settings()
            settings.data = "\(directory)/data"
            try text("", to: "\(directory)/empty.csv")
            try text("{\"id\":", to: "\(directory)/torn.jsonl")
            try text("a,b\n1,2\n", to: "\(directory)/other.csv")
            for (name, code, words) in [
                ("none.csv", Int32(74), "no such file"), ("", 74, "must be a file"),
                ("empty.csv", 65, "no products"), ("torn.jsonl", 65, "record 1"),
                ("other.csv", 65, "no column 'product'"),
            ] {
                settings.catalogue = "\(directory)/\(name)"
                let failure = failure { _ = try Serve.open(settings) }
                #expect(failure?.code == code)
                #expect(failure?.description.hasPrefix("--catalogue") == true)
                #expect(failure?.description.contains("\(directory)/\(name)") == true)
                #expect(failure?.description.contains(words) == true, "\(failure as Any)")
            }
        }
    }

    @Test func placesToListenThatCannotBeHadAreNamed() async throws {
        try await withDirectory { directory in
            func listen(_ host: String, _ port: Int) async -> Failure? {
                var configuration = ServerConfiguration()
                (configuration.host, configuration.port) = (host, port)
                do {
                    let shop = try LiveShop(ShopConfiguration(data: "\(directory)/\(UUID())"))
                    let server = ShopServer(shop, configuration: configuration, logger: quiet)
                    try await ListeningServer(server: server, host: host, port: port).run()
                } catch { return error as? Failure }
                return nil
            }
            let shop = try LiveShop(ShopConfiguration(data: "\(directory)/data"))
            let (ports, started) = AsyncStream.makeStream(of: Int.self)
            var configuration = ServerConfiguration()
            configuration.port = 0
            let server = ShopServer(
                shop, configuration: configuration, logger: quiet,
                started: { started.yield($0) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { do { try await server.run() } catch is CancellationError {} }
                for await port in ports {
                    let failure = await listen("127.0.0.1", port)
                    #expect(failure?.code == 69)
                    #expect(failure?.description.hasPrefix("--port \(port): it is in use") == true)
                    break
                }
                group.cancelAll()
                try await group.waitForAll()
            }
            for (host, words) in [
                ("203.0.113.7", "not an address of this machine"),
                ("no.such.host.invalid", "no address of this name"),
            ] {
                let failure = await listen(host, 0)
                #expect(failure?.code == 69)
                #expect(failure?.description.hasPrefix("--host '\(host)': ") == true)
                #expect(failure?.description.contains(words) == true)
            }
        }
    }

    /// A data directory with events, state and archive.
    private func fill(_ data: String) async throws {
        let shop = try LiveShop(ShopConfiguration(data: data))
        try await shop.append([], refused: [RefusedInput("no event", [])])
        try await run(shop)
    }

    /// Runs a shop until it is ready, and stops it.
    private func run(_ shop: LiveShop) async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await shop.run()
                return false
            }
            group.addTask {
                while !shop.readiness.isReady {
                    try Task.checkCancellation()
                    await Task.yield()
                }
                return true
            }
            _ = try await group.next()
            try await shop.stop()
            try await group.waitForAll()
        }
    }

    @Test func damagedCheckpointsAreMovedAwayWithTheArchive() async throws {
        try await withDirectory { directory in
            let data = "\(directory)/data"
            try await fill(data)
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(data)/checkpoints")
            where name.hasSuffix(".manifest") {
                try text("torn", to: "\(data)/checkpoints/\(name)")
            }
            try DataDirectory(path: data).prepare()
            let shop = try LiveShop(ShopConfiguration(data: data))
            let error = await #expect(throws: StreamError.self) { try await run(shop) }
            // The log is opened again below.
            try await shop.stop()
            let failure = Failure(shopIn: data, try #require(error))
            #expect(failure.code == 65)
            for words in ["\(data)/checkpoints'", "\(data)/archive'", "\(data)/log'"] {
                #expect(failure.description.contains(words))
            }
            #expect(!failure.description.contains("Checkpoints.Start"))
            // Whoever moves the one and forgets the other is told so before anything begins.
            try FileManager.default.removeItem(atPath: "\(data)/checkpoints")
            let second = self.failure { try DataDirectory(path: data).prepare() }
            #expect(second?.code == 65)
            #expect(second?.description.contains("move '\(data)/archive' away as well") == true)
            try FileManager.default.removeItem(atPath: "\(data)/archive")
            try DataDirectory(path: data).prepare()
            try await run(try LiveShop(ShopConfiguration(data: data)))
            let letters = try String(
                contentsOfFile: "\(data)/archive/dead_letters.jsonl", encoding: .utf8)
            #expect(letters.contains("no event"))
        }
    }

    @Test func anArchiveThatIsGoneNamesTheWayOut() async throws {
        try await withDirectory { directory in
            let data = "\(directory)/data"
            try await fill(data)
            try FileManager.default.removeItem(atPath: "\(data)/archive")
            try DataDirectory(path: data).prepare()
            let shop = try LiveShop(ShopConfiguration(data: data))
            let error = await #expect(throws: StreamError.self) { try await run(shop) }
            try await shop.stop()
            let failure = Failure(shopIn: data, try #require(error))
            #expect(failure.code == 74)
            #expect(
                failure.description.hasPrefix("'\(data)/archive/dead_letters.jsonl' lacks") == true)
            for words in ["Put '\(data)/archive' back", "'\(data)/checkpoints'", "\(data)/log'"] {
                #expect(failure.description.contains(words))
            }
        }
    }

    @Test func aLogThatIsGoneOrCutIsNotTakenForANewOne() async throws {
        try await withDirectory { directory in
            let data = "\(directory)/data"
            try await fill(data)
            try FileManager.default.moveItem(atPath: "\(data)/log", toPath: "\(data)/away")
            let gone = failure { try DataDirectory(path: data).prepare() }
            #expect(gone?.code == 65)
            #expect(gone?.description.hasPrefix("'\(data)/log' is gone") == true)
            #expect(!FileManager.default.fileExists(atPath: "\(data)/log"))
            // Another log in its place, which ends earlier.
            try await LiveShop(ShopConfiguration(data: data)).stop()
            let error = #expect(throws: StreamError.self) {
                try EventLogReader(at: "\(data)/log", partition: 0, from: .offset(1))
            }
            let cut = Failure(shopIn: data, try #require(error))
            #expect(cut.code == 65)
            let second = try LiveShop(ShopConfiguration(data: data))
            let taken = #expect(throws: StreamError.self) {
                try LiveShop(ShopConfiguration(data: data))
            }
            try await second.stop()
            #expect(Failure(shopIn: data, try #require(taken)).code == 75)
            #expect(cut.description.contains("'\(data)/log' ends before the events"))
        }
    }

    @Test(arguments: [
        (["report"], "Missing expected argument"), (["serve", "--prot", "1"], "Unknown option"),
        (["report", "--replay", "a", "--output", "b", "--parallelism", "0"], "--parallelism must"),
        (["train", "--test-share", "2"], "--test-share must"),
        (["record", "--output", "a.jsonl", "--days", "-1"], "--days must be from 1 to 3650"),
        (["record", "--output", "a.jsonl", "--rate", "-0.5"], "--rate must"),
        (["record", "--output", "a.jsonl", "--visitors", "-1"], "--visitors must"),
        (
            ["record", "--output", "a.jsonl", "--seed", "-1"],
            "The value '-1' is invalid for '--seed"
        ),
        (["report", "--replay", "a", "--output", "b", "--user-limit", "-1"], "--user-limit must"),
        (
            ["report", "--replay", "a", "--output", "b", "--alert-excess", "-1"],
            "--alert-excess must"
        ),
        (["report", "--replay", "a", "--output", "b", "--alert-window", "-5m"], "The value '-5m'"),
        (["train", "--test-share", "-1"], "--test-share must"),
        (["train", "--test-sessions", "-1"], "--test-sessions must"),
        (["train", "--session-gap", "-1m"], "The value '-1m' is invalid for '--session-gap"),
        (["health", "--port", "-1"], "The value '-1' is invalid for '--port"),
    ])
    func wrongFlagsAreSaidInOneLine(arguments: [String], beginning: String) throws {
        let thrown = #expect(throws: (any Error).self) {
            try StorefrontCommand.parseAsRoot(arguments)
        }
        let error = try #require(thrown)
        let failure = Main.failure(error)
        #expect(failure?.code == 64)
        #expect(failure?.description.hasPrefix(beginning) == true)
    }

    @Test(arguments: [
        Setting.port, .rate, .seed, .history, .speed, .checkpointInterval, .partitions, .logAge,
        .logSize,
    ])
    func aSettingThatBeginsWithAMinusIsTakenForWhatItIs(_ setting: Setting) throws {
        let serve = try Serve.parse(["--\(setting.rawValue)", "-1"])
        let failure = failure { _ = try serve.options.settings(environment: [:]) }
        #expect(failure?.code == 64)
        #expect(failure?.description.hasPrefix("--\(setting.rawValue) must be ") == true)
    }

    @Test func whoeverAsksForHelpGetsIt() {
        do { _ = try StorefrontCommand.parseAsRoot(["--help"]) } catch {
            #expect(Main.failure(error) == nil)
        }
    }

    @Test func damagedEventsNameTheWayOut() async throws {
        try await withDirectory { directory in
            let data = "\(directory)/data"
            try await fill(data)
            let path = "\(data)/log/0/00000000000000000000.log"
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes[bytes.count - 1] ^= 1
            try bytes.write(to: URL(filePath: path))
            var settings = Settings()
            settings.data = data
            let failure = failure { _ = try Serve.open(settings) }
            #expect(failure?.code == 65)
            for words in [path, "byte ", "offset 0", "--skip-damaged"] {
                #expect(failure?.description.contains(words) == true, "\(words)")
            }
            let reader = try EventLogReader(at: "\(data)/log", partition: 0)
            let met = #expect(throws: StreamError.self) { try reader.read(limit: 1) { _ in } }
            #expect(Failure(shopIn: data, try #require(met)) == failure)
            settings = try Settings([.flags([.data: data, .skipDamaged: "true"])])
            let shop = try Serve.open(settings)
            #expect(shop.lostEvents.map(\.description) == ["partition 0, offsets 0 to 0"])
            try await shop.stop()
        }
    }
}
