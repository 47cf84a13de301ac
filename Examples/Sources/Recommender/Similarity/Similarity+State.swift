public import Millrace

extension UserRatings: StateCodable {
    public func encode(to writer: inout StateWriter) throws {
        // Closures: a key path of a generic type is made anew at every call.
        try writer.write(value: ratings.map { $0.item })
        writer.write(ratings.map { $0.rating })
    }

    /// - Throws: ``StreamError`` with code `incompatibleState` if it is damaged.
    public init(from reader: inout StateReader) throws {
        let items = try reader.read(value: [ID].self)
        let values = try reader.read([Int].self)
        let count = min(items.count, values.count)
        // The storage of all empty arrays is one, which making one as below writes to.
        if count == 0 { return }
        // A generic type costs a look-up wherever it is made outside of this closure.
        ratings = Array(unsafeUninitializedCapacity: count) { buffer, made in
            while made < count {
                // Safety: the array has room for `count` ratings, and owns the first `made`.
                buffer.initializeElement(
                    at: made, to: Rating(item: items[made], rating: values[made]))
                made += 1
            }
        }
    }
}

extension ItemNeighbours: StateCodable {
    public func encode(to writer: inout StateWriter) throws {
        writer.write(epoch)
        writer.write(itemCount)
        try writer.write(value: pairCounts)
    }

    /// - Throws: ``StreamError`` with code `incompatibleState` if it is damaged.
    public init(from reader: inout StateReader) throws {
        self.init()
        epoch = try reader.read(Int.self)
        itemCount = try reader.read(Double.self)
        pairCounts = try reader.read(value: [ID: Double].self)
    }
}
