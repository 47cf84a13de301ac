#if SQLite
    public import Millrace

    /// Rows that come into a table when the checkpoint that covers them is complete.
    public struct SQLiteTransaction: StateCodable, Hashable {
        /// Which instance of the sink has staged the rows.
        var instance: Int64 = 0
        /// Their number in the staging table.
        var stage: Int64 = 0
        /// How many there are.
        var rowCount: Int64 = 0
        /// The number of the checkpoint, or a higher one.
        var step: Int64 = 0

        init() {}

        public func encode(to writer: inout StateWriter) throws {
            writer.write(instance)
            writer.write(stage)
            writer.write(rowCount)
            writer.write(step)
        }

        public init(from reader: inout StateReader) throws {
            instance = try reader.read(Int64.self)
            stage = try reader.read(Int64.self)
            rowCount = try reader.read(Int64.self)
            step = try reader.read(Int64.self)
        }
    }
#endif
