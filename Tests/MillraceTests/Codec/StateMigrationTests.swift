import Testing

@testable import Millrace

/// Older versions become new ones wherever the value is: alone, in collections, in tables.
@Suite struct StateMigrationTests {
    /// Memory, from a number that had no version.
    struct Visits: VersionedState, Equatable {
        var count: Int
        var last: Timestamp
        static var stateVersion: Int { 2 }
        static func migration(from version: Int) -> StateMigration<Visits>? {
            version == 1 ? .from(Int.self) { Visits(count: $0, last: .none) } : nil
        }
    }

    struct First: VersionedState { var seconds: Int32 }

    /// The same layout with another meaning.
    struct Second: VersionedState, Equatable {
        var seconds: Int32
        static var stateVersion: Int { 2 }
        static func migration(from version: Int) -> StateMigration<Second>? {
            version == 1 ? .from(First.self) { Second(seconds: $0.seconds * 1000) } : nil
        }
    }

    /// Two versions on.
    struct Third: VersionedState, Codable, Equatable {
        var text: String
        static var stateVersion: Int { 3 }
        static func migration(from version: Int) -> StateMigration<Third>? {
            switch version {
            case 1: .from(First.self) { Third(text: "\($0.seconds) s") }
            case 2: .from(Second.self) { Third(text: "\($0.seconds) ms") }
            default: nil
            }
        }
    }

    struct Texts: VersionedState, Codable { var parts: [String] }

    struct Text: VersionedState, Codable, Equatable {
        var joined: String
        static var stateVersion: Int { 2 }
        static func migration(from version: Int) -> StateMigration<Text>? {
            version == 1 ? .from(Texts.self) { Text(joined: $0.parts.joined()) } : nil
        }
    }

    @Test func memoryToMemory() throws {
        #expect(try StoredBytes(7).read(as: Visits.self) == Visits(count: 7, last: .none))
        #expect(try StoredBytes(First(seconds: 3)).read(as: Second.self) == Second(seconds: 3000))
    }

    @Test func memoryToCodable() throws {
        #expect(try StoredBytes(First(seconds: 3)).read(as: Third.self).text == "3 s")
        #expect(try StoredBytes(Second(seconds: 3)).read(as: Third.self).text == "3 ms")
    }

    @Test func codableToCodable() throws {
        #expect(try StoredBytes(Texts(parts: ["a", "b"])).read(as: Text.self).joined == "ab")
        try expectRefusal(of: Third(text: ""), by: Text.self)
    }

    @Test func inCollections() throws {
        let all = try StoredBytes([1, 2, 3]).read(as: [Visits].self)
        #expect(all.map(\.count) == [1, 2, 3])
        let named = try StoredBytes(["a": First(seconds: 1)]).read(as: [String: Third].self)
        #expect(named["a"]?.text == "1 s")
        #expect(try StoredBytes(Int?.some(4)).read(as: Visits?.self)?.count == 4)
        #expect(try StoredBytes(Int?.none).read(as: Visits?.self) == nil)
        #expect(
            try StoredBytes([Int?.none, 5]).read(as: [Visits?].self).map { $0?.count } == [nil, 5])
        let first: First? = First(seconds: 2)
        #expect(try StoredBytes([first]).read(as: [Second?].self) == [Second(seconds: 2000)])
        #expect(try roundTrip([Visits?.some(Visits(count: 1, last: .none))])[0]?.count == 1)
    }

    /// A version inside of a type that has none must not be overlooked.
    @Test func aNestedVersionIsNoticed() throws {
        struct Old: Sendable { var inner = First(seconds: 1), other = 0 }
        struct New: Sendable { var inner = Second(seconds: 1), other = 0 }
        try expectRefusal(of: Old(), by: New.self)
        try expectRefusal(of: [Old()], by: [New].self)
    }

    @Test func aTypeMayBeginToHaveVersions() throws {
        struct Plain: Sendable { var count = 5 }
        struct Versioned: VersionedState { var count: Int }
        #expect(try StoredBytes(Plain?.some(Plain())).read(as: Versioned?.self)?.count == 5)
        #expect(try StoredBytes([Plain()]).read(as: [Versioned].self)[0].count == 5)
    }

    @Test func whereThereIsNoMigrationItIsRefused() throws {
        try expectRefusal(of: 1.5, by: Visits.self)
        try expectRefusal(of: Double?.some(1.5), by: Visits?.self)
        try expectRefusal(of: Visits(count: 1, last: .none), by: Int.self)
        // A newer version than this program knows.
        try expectRefusal(of: Second(seconds: 1), by: First.self)
    }

    @Test func aMigrationMayFail() throws {
        struct Picky: VersionedState {
            var count: Int
            static var stateVersion: Int { 2 }
            static func migration(from version: Int) -> StateMigration<Picky>? {
                .from(Int8.self) { number in
                    guard number > 0 else { throw StreamError(.malformedInput, "not positive") }
                    return Picky(count: Int(number))
                }
            }
        }
        #expect(try StoredBytes(Int8(3)).read(as: Picky.self).count == 3)
        #expect(throws: StreamError.self) { _ = try StoredBytes(Int8(-3)).read(as: Picky.self) }
    }

    // MARK: - Tables

    /// The values are images of memory in the stored segments.
    @Test(arguments: [1, 300, 20_000])
    func inTables(count: Int) throws {
        var table = KeyTable<Int, Int>()
        for key in 0..<count { table.update(key, hash: key.stableHash, default: key) { $0 = key } }
        let stored = try StoredBytes(table.snapshot())
        #expect(stored.schemas.contains { $0.typeName.contains("KeyTable") })
        let visits = try stored.read(as: KeyTableSnapshot<Int, Visits>.self)
        #expect(visits.count == count)
        visits.forEach { key, visits in #expect(visits.count == key && visits.last == .none) }
        #expect(throws: StreamError.self) {
            _ = try stored.read(as: KeyTableSnapshot<Int, Double>.self)
        }
        #expect(throws: StreamError.self) {
            _ = try stored.read(as: KeyTableSnapshot<UInt, Int>.self)
        }
    }

    struct User: VersionedState, StreamKey {
        var id: Int32
        var realm: Int32
        var stableHash: UInt64 { id.stableHash.combining(realm.stableHash) }
        static var stateVersion: Int { 2 }
        static func migration(from version: Int) -> StateMigration<User>? {
            version == 1 ? .from(Int32.self) { User(id: $0, realm: 7) } : nil
        }
    }

    /// An integer key is kept in its slot's first word.
    @Test func theKeyOfATable() throws {
        var table = KeyTable<Int32, Double>()
        for key in Int32(-500)..<500 {
            table.update(key, hash: key.stableHash, default: 0) { $0 = Double(key) / 2 }
        }
        let users = try StoredBytes(table.snapshot()).read(
            as: KeyTableSnapshot<User, Double>.self)
        #expect(users.count == 1000)
        let user = User(id: -3, realm: 7)
        #expect(users.value(for: user, hash: user.stableHash) == -1.5)
    }

    typealias Process<State: Sendable> = KeyedProcessOperator<Int, Event, State, Int>.Entry

    /// The state of a keyed process, with what the operator keeps beside it.
    @Test func inTheEntriesOfAProcess() throws {
        var table = KeyTable<Int, Process<Int>>()
        for key in 0..<500 {
            let entry = Process<Int>(
                state: key % 3 == 0 ? nil : key, touched: Timestamp(millis: Int64(key)), checkAt: 9)
            table.update(key, hash: key.stableHash, default: entry) { $0 = entry }
        }
        let stored = try StoredBytes(table.snapshot())
        let visits = try stored.read(as: KeyTableSnapshot<Int, Process<Visits>>.self)
        #expect(visits.count == 500)
        visits.forEach { key, entry in
            #expect(entry.state?.count == (key % 3 == 0 ? nil : key))
            #expect(entry.touched.millis == Int64(key) && entry.checkAt == 9)
        }
        // And once more, now that the state has versions.
        let again = try StoredBytes(visits).read(as: KeyTableSnapshot<Int, Process<Visits>>.self)
        #expect(again.count == 500)
    }

    @Test func inTheAccumulatorsOfWindows() throws {
        var window = WindowState<Int>(
            window: Window(start: Timestamp(millis: 0), end: Timestamp(millis: 10)), accumulator: 6)
        window.unfired = 2
        window.nextEventFire = 77
        var set = WindowSet<Int>()
        set.append(window)
        set.checkAt = 5
        let new = try StoredBytes(set).read(as: WindowSet<Visits>.self)
        #expect(new.first?.accumulator.count == 6 && new.first?.unfired == 2)
        #expect(new.first?.nextEventFire == 77 && new.checkAt == 5)
        #expect(new.first?.window == window.window)
    }
}
