import Foundation
import Testing

@testable import Millrace

@Suite struct StorageFaultTests {
    @Test func aFaultIsFoundBehindTheErrorsThatItCaused() {
        let first = StreamError(.inputOutput, "first", cause: StorageFault.noSpace)
        #expect(first.storageFault == .noSpace)
        #expect(StreamError(.operatorFailed, "second", cause: first).storageFault == .noSpace)
        #expect(StreamError(.inputOutput, "No space left on device").storageFault == nil)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "needs /dev/full"))
    func aFullDeviceIsToldFromOtherTroubles() throws {
        let files = SystemFileSystem()
        let file = try files.open("/dev/full", .update)
        let full = #expect(throws: StreamError.self) { try file.write([1], at: 0) }
        #expect(full?.code == .inputOutput)
        #expect(full?.storageFault == .noSpace)
        let none = #expect(throws: StreamError.self) { try files.open("/none/at/all", .read) }
        #expect(none != nil && none?.storageFault == nil)
    }

    @Test func aLockThatIsHeldIsToldFromOneThatCannotBeTaken() throws {
        let files = SystemFileSystem()
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("lock-" + UUID().uuidString).path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let lock = try files.lock(path)
        let held = #expect(throws: StreamError.self) { try files.lock(path) }
        #expect(held?.storageFault == .inUse)
        withExtendedLifetime(lock) {}
        let none = #expect(throws: StreamError.self) { try files.lock("/none/at/all") }
        #expect(none != nil && none?.storageFault == nil)
    }
}
