/// Computes the keys of whole batches: the closure around the user's key function is made where that
/// function is written, so that the compiler can inline it into the loop.
@usableFromInline
struct KeySelector<Element: Sendable, Key: StreamKey>: Sendable {
    /// Fills the run with the batch's keys; an element whose key cannot be told is rejected by the
    /// operator's error policy and removed from the batch.
    @usableFromInline
    let fill: @Sendable (inout KeyRun<Key>, inout Batch<Element>, OperatorContext) throws -> Void

    @inlinable @inline(__always)
    init(_ key: @escaping @Sendable (Element) throws -> Key) {
        fill = { run, batch, context in
            while true {
                do {
                    try batch.elements.withUnsafeBufferPointer { elements in
                        try run.fill(count: elements.count) { try key(elements[$0]) }
                    }
                    return
                } catch {
                    try batch.reject(at: run.count, because: error, context: context)
                }
            }
        }
    }
}

extension Batch {
    /// Takes an element out and hands it to the operator's error policy.
    @usableFromInline @inline(never)
    mutating func reject(at index: Int, because error: any Error, context: OperatorContext) throws {
        let element = elements.remove(at: index)
        let timestamp = timestamps.remove(at: index)
        try context.reject(element, at: timestamp, because: error)
    }
}
