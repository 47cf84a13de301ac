import Millrace

/// Writes to another sink that prints on the terminal, with the status lines out of the way.
struct StatusSink<Base: Sink>: Sink {
    typealias Element = Base.Element
    let base: Base
    let screen: StatusScreen

    var label: String { base.label }
    var delivery: DeliveryGuarantee { base.delivery }

    func writer(for instance: SinkInstance) async throws -> Writer {
        Writer(base: try await base.writer(for: instance), screen: screen)
    }

    struct Writer: SinkWriter {
        var base: Base.Writer
        let screen: StatusScreen
        /// Whether there is something to print, for which the lines must go.
        var hasRows = false

        mutating func write(_ batch: inout Batch<Base.Element>) throws {
            hasRows = hasRows || !batch.isEmpty
            try base.write(&batch)
        }

        mutating func advance(to watermark: Timestamp) throws { try base.advance(to: watermark) }

        var isFull: Bool { base.isFull }

        mutating func flush() async throws {
            if !hasRows { return }
            hasRows = false
            screen.hold()
            defer { screen.release() }
            try await base.flush()
        }

        mutating func close() async throws {
            screen.hold()
            defer { screen.release() }
            try await base.close()
        }
    }
}
