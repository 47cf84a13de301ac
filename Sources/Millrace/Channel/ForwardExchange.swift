/// Sends whole batches to another stage: to its partner instance, to the only instance, or to every
/// instance in turn.
@usableFromInline
final class ForwardExchange<Element: Sendable>: Egress {
    @usableFromInline let lanes: [Lane]
    @usableFromInline var buffer = Batch<Element>()
    @usableFromInline var turn = 0

    @inlinable
    init(lanes: [Lane]) { self.lanes = lanes }

    @inlinable
    func receive(_ batch: inout Batch<Element>) {
        if buffer.isEmpty {
            // Take the storage: what arrives is full, or will be filled up by what follows.
            swap(&buffer, &batch)
        } else {
            buffer.elements.append(contentsOf: batch.elements)
            buffer.timestamps.append(contentsOf: batch.timestamps)
        }
        if buffer.count >= batchCapacity { push() }
    }

    @inlinable
    func push() {
        if buffer.isEmpty { return }
        lanes[turn].push(.batch(buffer))
        buffer = Batch()
        turn = turn + 1 == lanes.count ? 0 : turn + 1
    }

    @inlinable
    func signal(_ signal: Signal) {
        if case .tick = signal { return }
        push()
        for lane in lanes { lane.push(.signal(signal)) }
    }

    @usableFromInline
    func flushPartial() { push() }
}
