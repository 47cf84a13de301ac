import ArgumentParser
import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Asks a storefront on this machine how it is: for containers without other tools.
struct Health: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Asks the storefront on this machine how it is.",
        discussion: "Ends with 0 if it answers 200, else with 1.")

    @Option(parsing: .unconditional, help: ArgumentHelp("Its port.", valueName: "number"))
    var port: UInt16 = 8080

    @Flag(help: "Ask whether its answers are up to date, too.")
    var ready = false

    func run() throws {
        let answer = try Self.status(of: ready ? "/readyz" : "/healthz", port: port)
        print(answer)
        guard answer.hasPrefix("HTTP/1.1 200") else { throw ExitCode(1) }
    }

    /// The first line of the answer.
    private static func status(of path: String, port: UInt16) throws -> String {
        #if canImport(Glibc)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        let socket = socket(AF_INET, kind, 0)
        guard socket >= 0 else { throw ExitCode(1) }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let isConnected = withUnsafePointer(to: &address) { address in
            // Safety: a sockaddr_in is passed as the sockaddr that it begins like, with its own size.
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { return "no answer from port \(port)" }
        let request = Array(
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
        guard send(socket, request, request.count, 0) == request.count else {
            return "no answer from port \(port)"
        }
        var answer = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&answer, 1, 2000) == 1 else { return "no answer from port \(port) in 2 s" }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = recv(socket, &buffer, buffer.count, 0)
        guard count > 0 else { return "no answer from port \(port)" }
        let text = String(decoding: buffer[..<count], as: UTF8.self)
        return String(text.prefix { !$0.isNewline })
    }
}
