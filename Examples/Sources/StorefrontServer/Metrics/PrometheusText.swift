/// Writes figures in the text format that Prometheus reads, version 0.0.4.
struct PrometheusText {
    /// What a family of figures is.
    enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    /// Begins a family: all samples of it must follow before the next one.
    mutating func family(_ name: String, _ kind: Kind, _ help: String = "") {
        if !help.isEmpty { text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n" }
        text += "# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Writes a sample.
    mutating func sample(_ name: String, _ value: Double) { sample(name, [], value) }

    /// Writes a sample with labels.
    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0)=\"\(Self.escaped($1, quotes: true))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(Self.number(value))\n"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    // MARK: - Names

    /// A name that Prometheus takes: what it does not becomes an underscore.
    static func name(_ label: String) -> String { sanitized(label, allowing: ":") }

    /// A label's name that Prometheus takes.
    static func labelName(_ label: String) -> String { sanitized(label, allowing: nil) }

    private static func sanitized(_ label: String, allowing other: Unicode.Scalar?) -> String {
        var name = String.UnicodeScalarView()
        for scalar in label.unicodeScalars {
            let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
            let isDigit = ("0"..."9").contains(scalar)
            if isDigit, name.isEmpty { name.append("_") }
            name.append(isLetter || isDigit || scalar == other ? scalar : "_")
        }
        return name.isEmpty ? "_" : String(name)
    }
}
