public import ArgumentParser
import Millrace

/// A duration on the command line: `500ms`, `10s`, `5m`, `1h`, `60d`.
public struct DurationArgument: ExpressibleByArgument, CustomStringConvertible, Sendable {
    public let duration: Duration
    public let description: String

    public init?(argument: String) {
        let digits = argument.prefix { $0.isNumber }
        guard let count = Int64(digits), count < 1 << 40 else { return nil }
        switch argument.dropFirst(digits.count) {
        case "ms": duration = .milliseconds(count)
        case "s": duration = .seconds(count)
        case "m": duration = .minutes(count)
        case "h": duration = .hours(count)
        case "d": duration = .days(count)
        default: return nil
        }
        description = argument
    }

    public var defaultValueDescription: String { description }
}

extension DurationArgument: ExpressibleByStringLiteral {
    public init(stringLiteral text: String) {
        guard let made = DurationArgument(argument: text) else {
            preconditionFailure("'\(text)' is not a duration")
        }
        self = made
    }
}
