import Foundation
import Logging
import Millrace

extension Settings {
    /// The settings as a configuration file would hold them, without secrets: for `--check-config`.
    var report: String {
        let lines = entries.map { "  \(Self.quoted($0.rawValue)): \($1)" }
        return "{\n\(lines.joined(separator: ",\n"))\n}"
    }

    private var entries: [(Setting, String)] {
        var entries: [(Setting, String)] = [
            (.data, Self.quoted(data)), (.host, Self.quoted(host)), (.port, "\(port)"),
            (.simulation, "\(simulates)"), (.rate, "\(rate)"), (.seed, "\(seed)"),
            (.history, Self.quoted(history.setting)),
        ]
        if let catalogue { entries.append((.catalogue, Self.quoted(catalogue))) }
        if let replay { entries.append((.replay, Self.quoted(replay))) }
        entries.append((.speed, Self.quoted(speed.description)))
        for (setting, secret) in [(Setting.token, token), (.adminToken, adminToken)] {
            if let secret { entries.append((setting, Self.quoted(secret.description))) }
        }
        let size = logRetention.bytesPerPartition.map { "\($0 >> 20)MB" } ?? "unlimited"
        entries += [
            (.checkpointInterval, Self.quoted(checkpointInterval.setting)),
            (.partitions, "\(partitions)"),
            (.logAge, Self.quoted(logRetention.age?.setting ?? "forever")),
            (.logSize, Self.quoted(size)), (.skipDamaged, "\(skipsDamaged)"),
        ]
        if let webhook { entries.append((.webhook, Self.quoted(webhook.description))) }
        entries.append((.logLevel, Self.quoted(logLevel.rawValue)))
        return entries
    }

    private static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.value(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

extension Duration {
    /// As a setting: in the largest unit that leaves a whole number.
    var setting: String {
        let millis = Int64((self / .milliseconds(1)).rounded())
        for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)]
        where millis > 0 && millis % Int64(size) == 0 {
            return "\(millis / Int64(size))\(unit)"
        }
        return "\(millis)ms"
    }
}
