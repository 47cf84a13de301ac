import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A connection that sends whatever bytes a test likes.
///
/// Its calls block, so they run on a thread of their own: the tests' threads answer the requests.
final class RawSocket: Sendable {
    private let descriptor: Int32

    init(port: Int) throws {
        #if canImport(Darwin)
            let type = SOCK_STREAM
        #else
            let type = Int32(SOCK_STREAM.rawValue)
        #endif
        descriptor = socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        // Safety: the address is only reinterpreted for the length of the call, as the interface has it.
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends bytes; `false` if the server has closed the connection.
    @discardableResult
    func send(_ bytes: [UInt8]) async -> Bool {
        await onThread { [descriptor] in
            var sent = 0
            while sent < bytes.count {
                let count = bytes[sent...].withUnsafeBytes {
                    #if canImport(Darwin)
                        Darwin.send(descriptor, $0.baseAddress, $0.count, 0)
                    #else
                        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    #endif
                }
                if count <= 0 { return false }
                sent += count
            }
            return true
        }
    }

    @discardableResult
    func send(_ text: String) async -> Bool { await send(Array(text.utf8)) }

    /// Says that nothing more will be sent.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// What comes next: at most so many bytes; empty at the end, `nil` if nothing comes for ten seconds.
    func receive(_ limit: Int = 65_536) async -> [UInt8]? {
        await onThread { [descriptor] in
            var bytes = [UInt8](repeating: 0, count: limit)
            let count = recv(descriptor, &bytes, limit, 0)
            if count < 0 { return errno == EAGAIN ? nil : [] }
            return Array(bytes[..<count])
        }
    }

    /// Everything until `text` has come, or the connection ends.
    func receive(until text: String) async -> String {
        var received: [UInt8] = []
        while let bytes = await receive(), !bytes.isEmpty {
            received += bytes
            let so = String(decoding: received, as: UTF8.self)
            if so.contains(text) { return so }
        }
        return String(decoding: received, as: UTF8.self)
    }

    /// Everything until the server closes the connection; `nil` if it does not within ten seconds of silence.
    func receiveAll() async -> String? {
        var received: [UInt8] = []
        while let bytes = await receive() {
            if bytes.isEmpty { return String(decoding: received, as: UTF8.self) }
            received += bytes
        }
        return nil
    }

    private func onThread<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) async -> Value {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: body()) }.start()
        }
    }
}
