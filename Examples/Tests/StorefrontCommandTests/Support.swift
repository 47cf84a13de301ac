import Foundation
import Logging
import Millrace
import Storefront

@testable import StorefrontCommand

/// A directory that is gone when the test has ended.
func withDirectory<Result>(
    _ body: (String) async throws -> Result
) async throws -> Result {
    let path = NSTemporaryDirectory() + "storefront-\(UUID())"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(path)
}

/// The records of a shop's log, partition by partition.
func records(ofLogIn data: String, partitions: Int = 1) throws -> [String] {
    var records: [String] = []
    for partition in 0..<partitions {
        let reader = try EventLogReader(at: "\(data)/log", partition: partition)
        while try reader.read(
            limit: 1000, { records.append(String(decoding: $0.value, as: UTF8.self)) }) > 0
        {}
    }
    return records
}

/// A logger that says nothing.
let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
