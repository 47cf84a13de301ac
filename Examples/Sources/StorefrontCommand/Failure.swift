import ArgumentParser
import Foundation
import Millrace

/// Why the command ends: one line for the user, and an exit code for scripts (those of `sysexits.h`).
struct Failure: Error, Equatable, CustomStringConvertible {
    let description: String
    let code: Int32

    /// The command line is wrong: 64.
    static func usage(_ message: String) -> Failure { Failure(description: message, code: 64) }

    /// Something is broken in the data: 65.
    static func data(_ message: String) -> Failure { Failure(description: message, code: 65) }

    /// It cannot listen where it should: 69.
    static func unavailable(_ message: String) -> Failure {
        Failure(description: message, code: 69)
    }

    /// A file or directory cannot be used: 74.
    static func inputOutput(_ message: String) -> Failure {
        Failure(description: message, code: 74)
    }

    /// Another process has the data directory; it may end: 75.
    static func busy(_ message: String) -> Failure {
        Failure(description: message, code: 75)
    }

    /// A setting of the environment or of the configuration file is wrong: 78.
    static func configuration(_ message: String) -> Failure {
        Failure(description: message, code: 78)
    }

    /// What a caught error means for the user.
    init(_ error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let error as StreamError:
            switch error.code {
            case .inputOutput: self = .inputOutput(error.description)
            case .incompatibleState:
                self = .data(
                    "\(error.description). Start with the version that wrote it, or with another "
                        + "data directory")
            default: self = .data(error.description)
            }
        case let error as CocoaError:
            self = .inputOutput(error.localizedDescription)
        default: self = Failure(description: "\(error)", code: 70)
        }
    }

    private init(description: String, code: Int32) {
        self.description = description
        self.code = code
    }

    /// Says it on the standard error and ends the process.
    func exit() -> Never {
        let line = description.split(whereSeparator: \.isNewline).joined(separator: " ")
        FileHandle.standardError.write(Data("storefront: \(line)\n".utf8))
        Foundation.exit(code)
    }
}
