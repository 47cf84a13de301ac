/// What can be set, by the name that it has as a flag (`--log-age`), in the configuration file (`log-age`) and in
/// the environment (`STOREFRONT_LOG_AGE`).
enum Setting: String, CaseIterable {
    case data, host, port, catalogue
    case simulation, rate, seed, history
    case replay, speed
    case token
    case tokenFile = "token-file"
    case adminToken = "admin-token"
    case adminTokenFile = "admin-token-file"
    case checkpointInterval = "checkpoint-interval"
    case partitions
    case logAge = "log-age"
    case logSize = "log-size"
    case skipDamaged = "skip-damaged"
    case webhook
    case logLevel = "log-level"

    var variable: String {
        Self.prefix + rawValue.uppercased().replacing("-", with: "_")
    }

    static let prefix = "STOREFRONT_"

    /// The setting of this name; `nil` if there is none.
    init?(variable: String) {
        guard let setting = Self.allCases.first(where: { $0.variable == variable }) else {
            return nil
        }
        self = setting
    }

    /// The setting whose name is nearest, to be proposed to who has mistyped it.
    static func nearest(to name: String) -> Setting? {
        let candidates = allCases.map { ($0, distance($0.rawValue, name)) }
        guard let (setting, distance) = candidates.min(by: { $0.1 < $1.1 }), distance <= 3 else {
            return nil
        }
        return setting
    }

    /// The number of letters to change, add or leave out. Source: Wagner and Fischer, JACM 1974.
    private static func distance(_ a: String, _ b: String) -> Int {
        let b = Array(b)
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let changed = diagonal + (letter == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
