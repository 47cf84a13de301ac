import ExampleSupport
import Foundation
import Logging
import Millrace
import Storefront

/// What `storefront serve` goes by.
struct Settings: Sendable, Equatable {
    var data = "storefront-data"
    var host = "127.0.0.1"
    var port = 8080
    /// The file of the products; by default one in the data directory, if it is there.
    var catalogue: String?
    /// Whether a made-up shop sends events.
    var simulates = true
    /// Events per second of the made-up shop, as a mean over a week.
    var rate = 50.0
    var seed: UInt64 = 1
    /// How far back the made-up shop makes up for what it has missed.
    var history = Duration.hours(1)
    /// A recording that is played.
    var replay: String?
    var speed = ReplaySpeed.times(1)
    /// What `POST /track` asks for.
    var token: Secret?
    /// What calls under `/admin` and deletions ask for.
    var adminToken: Secret?
    var checkpointInterval = Duration.seconds(5)
    var partitions = 1
    var logRetention = EventLogOptions.Retention.forever
    /// Whether damaged records of the log are left out; if not, they end the shop.
    var skipsDamaged = false
    /// Where alerts are sent. It may hold a secret.
    var webhook: Secret?
    var logLevel = Logger.Level.info

    /// How fast a recording is played.
    enum ReplaySpeed: Sendable, Equatable, CustomStringConvertible {
        /// This many seconds of event time per second.
        case times(Double)
        case max

        init?(_ text: String) {
            if text == "max" {
                self = .max
            } else if let factor = Double(text), factor > 0, factor.isFinite {
                self = .times(factor)
            } else {
                return nil
            }
        }

        var description: String {
            switch self {
            case .times(let factor): "\(factor)"
            case .max: "max"
            }
        }
    }

    init() {}

    /// The settings of several layers, in which the first ones win.
    /// - Throws: ``Failure`` naming the layer, the setting, and what it may be.
    init(_ layers: [SettingLayer]) throws(Failure) {
        let reader = SettingReader(layers: layers)
        try read(&data, .data, reader, "a directory") { $0.isEmpty ? nil : $0 }
        try read(&host, .host, reader, "an address such as 127.0.0.1") { $0.isEmpty ? nil : $0 }
        try read(&port, .port, reader, "a number from 0 to 65535") { Int($0, in: 0...65535) }
        try read(&catalogue, .catalogue, reader, "a file") { $0.isEmpty ? nil : $0 }
        try readFeeds(reader)
        token = try reader.secret(.token, orFileIn: .tokenFile)
        adminToken = try reader.secret(.adminToken, orFileIn: .adminTokenFile)
        try read(
            &checkpointInterval, .checkpointInterval, reader,
            "a duration such as 5s, at least 100ms"
        ) { Duration(setting: $0, atLeast: .milliseconds(100)) }
        try read(&partitions, .partitions, reader, "a number from 1 to 64") { Int($0, in: 1...64) }
        try read(
            &logRetention.age, .logAge, reader, "'forever' or a duration such as 90d, at least 1h"
        ) { $0 == "forever" ? .some(nil) : Duration(setting: $0, atLeast: .hours(1)).map { $0 } }
        try read(
            &logRetention.bytesPerPartition, .logSize, reader,
            "'unlimited' or a size per partition such as 10GB, at least 64MB"
        ) { text in
            if text == "unlimited" { return .some(nil) }
            guard let bytes = ByteCount(text), bytes.count >= 64 << 20 else { return nil }
            return bytes.count
        }
        try read(&skipsDamaged, .skipDamaged, reader, "true or false") { Bool($0) }
        webhook = try reader.webhook(.webhook)
        let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        try read(&logLevel, .logLevel, reader, "one of \(levels)") { Logger.Level(rawValue: $0) }
    }

    private mutating func readFeeds(_ reader: SettingReader) throws(Failure) {
        try read(&replay, .replay, reader, "a file") { $0.isEmpty ? nil : $0 }
        // Whoever plays a recording wants to see that, unless they say otherwise.
        simulates = replay == nil
        try read(&simulates, .simulation, reader, "true or false") { Bool($0) }
        try read(&rate, .rate, reader, "a number of events per second up to 100000") {
            guard let rate = Double($0), rate > 0, rate <= 100_000 else { return nil }
            return rate
        }
        try read(&seed, .seed, reader, "a whole number from 0 on") { UInt64($0) }
        try read(&history, .history, reader, "a duration such as 1h, at most 2d") {
            Duration(setting: $0, atLeast: .zero).flatMap { $0 <= .days(2) ? $0 : nil }
        }
        try read(&speed, .speed, reader, "'max' or a factor such as 60") { ReplaySpeed($0) }
    }

    private func read<Value>(
        _ value: inout Value, _ setting: Setting, _ reader: SettingReader, _ expected: String,
        _ parse: (String) -> Value?
    ) throws(Failure) {
        if let found = try reader.value(setting, expected, parse) { value = found }
    }
}

extension Int {
    init?(_ text: String, in range: ClosedRange<Int>) {
        guard let number = Int(text), range.contains(number) else { return nil }
        self = number
    }
}

extension Duration {
    init?(setting text: String, atLeast minimum: Duration) {
        guard let made = DurationArgument(argument: text)?.duration, made >= minimum else {
            return nil
        }
        self = made
    }
}

/// A number of bytes: `500MB`, `10GB`, `1TB`; powers of 1024.
struct ByteCount {
    let count: Int

    init?(_ text: String) {
        let digits = text.prefix { $0.isNumber }
        let units = ["B": 0, "KB": 10, "MB": 20, "GB": 30, "TB": 40]
        guard let number = Int(digits), let shift = units[String(text.dropFirst(digits.count))],
            number < 1 << 20
        else { return nil }
        count = number << shift
    }
}
