extension KeyedWindowOperator {
    /// Adds elements to the windows that they carry. Those of one window come one behind the other, as they
    /// have been emitted: it is looked for once for all of them. So few slots need not be asked for in advance.
    @inlinable
    mutating func addRuns(
        _ batch: Batch<A.Input>, _ windowOf: (A.Input) -> Window, now: Timestamp,
        output: inout Emitter<Output>
    ) throws {
        var start = 0
        while start < run.count {
            let end = run.endOfEqualKeys(from: start)
            let window = windowOf(batch.elements[start])
            // Before its end, only the first element may have to open the window and see that it is due.
            let isPlain = trigger.waitsForEnd && !usesProcessingTime && window.maxTimestamp > time
            let decided = isPlain ? start + 1 : end
            try forEach(of: start..<decided, in: batch) { operation, element, timestamp, index in
                try operation.add(
                    element, timestamp, index, window, now: now, output: &output)
            }
            if decided < end { try fold(batch, decided..<end, into: window) }
            start = end
        }
    }

    /// Adds elements of one key to a window that is open and does not fire for them.
    @inlinable
    mutating func fold(
        _ batch: Batch<A.Input>, _ indices: Range<Int>, into window: Window
    ) throws {
        let aggregate = aggregate
        // Safety: the slot is used before the table changes again.
        let set = keys.pointer(
            to: run.keys[indices.lowerBound], hash: run.hashes[indices.lowerBound],
            default: WindowSet())
        try set.pointee.update(find(window, in: &set.pointee)) { state in
            try batch.elements.withUnsafeBufferPointer { elements in
                for index in indices {
                    let timestamp = batch.timestamps[index]
                    guard timestamp != .none else { throw StreamError.noTimestamp }
                    aggregate.add(elements[index], at: timestamp, to: &state.accumulator)
                    state.unfired &+= 1
                    state.held &+= 1
                }
            }
        }
    }
}
