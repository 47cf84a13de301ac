/// Where the lanes of one edge end in the receiving worker: merges their watermarks and pushes their
/// batches into the chain.
@usableFromInline
final class InputGate<Element: Sendable> {
    @usableFromInline let port: Port<Element>
    @usableFromInline var merger: WatermarkMerger

    @inlinable
    init(inputs: Int, port: Port<Element>) {
        self.port = port
        merger = WatermarkMerger(inputs: inputs)
    }

    @inlinable
    func receive(_ payload: any Sendable) throws {
        guard var batch = payload as? Batch<Element> else {
            preconditionFailure("a channel carries what its receiver takes")
        }
        try port.receive(&batch)
    }

    @inlinable
    func signal(_ signal: Signal, from input: Int) throws {
        switch signal {
        case .watermark(let watermark):
            try send(merger.watermark(watermark, from: input))
        case .status(let status):
            try send(merger.status(status, from: input))
        case .tick:
            try port.signal(signal)
        }
    }

    @inlinable
    func send(_ merged: WatermarkMerger.Merged) throws {
        if let watermark = merged.watermark { try port.signal(.watermark(watermark)) }
        if let status = merged.status { try port.signal(.status(status)) }
    }
}
