#if SQLite
    public import GRDB
    public import Millrace

    /// Writes results to a table of an SQLite database: adds rows, or replaces the rows that have the same key.
    ///
    /// ```swift
    /// counts.sink(
    ///     .sqlite("trending.db", table: "counts", columns: ["page", "count"], key: ["page"],
    ///         creating: "CREATE TABLE IF NOT EXISTS counts(page TEXT PRIMARY KEY, count INTEGER)"
    ///     ) { [$0.key, $0.value] })
    /// ```
    /// In a topology that takes checkpoints, rows are in the table when the checkpoint that covers them is complete, and
    /// once: until then they are in a table `millrace_staged_…` of the same database. They are moved in one transaction
    /// that notes the checkpoint in the table `millrace_checkpoints`, so that a commit that is repeated changes nothing.
    /// Without checkpoints they are written in batches as they come, and again after a crash.
    ///
    /// The database is kept in write-ahead mode, so that others can read while the sink writes. Rows of one key that
    /// several instances write come in no particular order: let the key of the table be the key of the stream, or leave
    /// the sink's parallelism at 1. A run that begins anew, or at an older checkpoint than the newest, writes its rows
    /// to the table as earlier runs have left it.
    /// Topologies that write to one table must give their sinks different names.
    public struct SQLiteSink<Element: Sendable>: Sink {
        let path: String
        let schema: SQLiteTable
        let values: @Sendable (Element) -> [(any DatabaseValueConvertible)?]

        /// - Parameters:
        ///   - path: The database file, which is created if it is not there.
        ///   - table: The table that the rows go to.
        ///   - columns: The columns that are written.
        ///   - key: Those of them by which a row replaces an earlier one; the table needs a unique index over them.
        ///     Without any, rows are only added.
        ///   - sql: Statements that are run when the sink is opened, each time: to create the table.
        ///   - values: An element's values, one for each of the columns.
        public init(
            _ path: String, table: String, columns: [String], key: [String] = [],
            creating sql: String? = nil,
            values: @escaping @Sendable (Element) -> [(any DatabaseValueConvertible)?]
        ) {
            precondition(!columns.isEmpty, "a row has at least one column")
            precondition(key.allSatisfy(columns.contains), "the key is made of the columns")
            self.path = path
            schema = SQLiteTable(name: table, columns: columns, key: key, creation: sql)
            self.values = values
        }

        public var label: String { "SQLite \(path) \(schema.name)" }

        public var delivery: DeliveryGuarantee { .transactional }

        public func writer(for instance: SinkInstance) throws -> Writer {
            Writer(
                database: try SQLiteDatabase(path, schema, instance),
                usesCheckpoints: instance.usesCheckpoints, values: values)
        }

        /// Gathers rows, and writes them in transactions of about a thousand.
        public struct Writer: TransactionalSinkWriter {
            let database: SQLiteDatabase
            let usesCheckpoints: Bool
            let values: @Sendable (Element) -> [(any DatabaseValueConvertible)?]
            var rows: [StatementArguments] = []

            public mutating func write(_ batch: inout Batch<Element>) throws {
                for element in batch.elements { rows.append(StatementArguments(values(element))) }
            }

            public var isFull: Bool { rows.count >= 1000 }

            public mutating func flush() async throws {
                // A checkpoint's rows in few transactions, not one for each time that nothing comes.
                if !usesCheckpoints || isFull { try writeOut() }
            }

            public mutating func close() async throws {
                if !usesCheckpoints { try writeOut() }
            }

            private mutating func writeOut() throws {
                if rows.isEmpty { return }
                if usesCheckpoints { try database.stage(rows) } else { try database.write(rows) }
                rows.removeAll(keepingCapacity: true)
            }

            public mutating func prepare(checkpoint: UInt64) async throws -> SQLiteTransaction {
                try writeOut()
                return database.prepare(checkpoint)
            }

            public mutating func commit(_ transaction: SQLiteTransaction) async throws {
                try database.commit(transaction)
            }

            public mutating func recover(_ transactions: [SQLiteTransaction]) async throws {
                try database.recover(transactions)
            }
        }
    }

    extension Sink {
        /// A table of an SQLite database; see ``SQLiteSink``, also for the parameters.
        public static func sqlite<Element>(
            _ path: String, table: String, columns: [String], key: [String] = [],
            creating sql: String? = nil,
            values: @escaping @Sendable (Element) -> [(any DatabaseValueConvertible)?]
        ) -> Self where Self == SQLiteSink<Element> {
            SQLiteSink(
                path, table: table, columns: columns, key: key, creating: sql, values: values)
        }
    }
#endif
