#if SQLite
    import GRDB
    import Millrace
    import Synchronization

    /// The connection of one instance of a sink to its database.
    final class SQLiteDatabase: Sendable {
        private let queue: DatabaseQueue
        private let path: String
        private let table: SQLiteTable
        private let staging: String
        private let instance: SinkInstance
        private let state: Mutex<State>

        private struct State {
            /// The last step that has been prepared or committed.
            var lastStep: Int64 = 0
            /// How many rows have been staged since.
            var rowCount: Int64 = 0
            /// Where rows are staged until the next step. It rises from run to run.
            var stage: Int64 { lastStep + 1 }
        }

        init(_ path: String, _ table: SQLiteTable, _ instance: SinkInstance) throws {
            self.path = path
            self.table = table
            self.instance = instance
            staging = table.stagingName(of: instance.name)
            state = Mutex(State())
            var configuration = Configuration()
            // Other instances and sinks may write to the same database.
            configuration.busyMode = .timeout(30)
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
            }
            do { queue = try DatabaseQueue(path: path, configuration: configuration) } catch {
                throw Self.failure("opened", path, error)
            }
            try transaction("prepared") { [table, staging] database in
                if let creation = table.creation { try database.execute(sql: creation) }
                if instance.usesCheckpoints {
                    try database.execute(sql: table.stagingCreation(staging))
                }
                // A table that does not fit is refused before anything is processed.
                _ = try database.makeStatement(sql: table.insertion)
            }
        }

        private static func failure(_ what: String, _ path: String, _ error: any Error)
            -> StreamError
        {
            StreamError(
                .inputOutput, "the SQLite database '\(path)' could not be \(what)", cause: error)
        }

        private func transaction<Result>(
            _ what: String, _ body: (Database) throws -> Result
        ) throws -> Result {
            do { return try queue.write(body) } catch let error as StreamError { throw error } catch
            {
                throw Self.failure(what, path, error)
            }
        }

        // MARK: - Writing

        /// Writes rows that no checkpoint covers.
        func write(_ rows: [StatementArguments]) throws {
            try transaction("written") { [table] database in
                let statement = try database.cachedStatement(sql: table.insertion)
                for row in rows { try statement.execute(arguments: row) }
            }
        }

        /// Keeps rows for the next transaction.
        func stage(_ rows: [StatementArguments]) throws {
            let stage = state.withLock { $0.stage }
            try transaction("written") { [table, staging] database in
                let statement = try database.cachedStatement(sql: table.stagingInsertion(staging))
                for row in rows {
                    try statement.execute(arguments: [Int64(instance.index), stage] + row)
                }
            }
            state.withLock { $0.rowCount += Int64(rows.count) }
        }

        /// What has been staged becomes a transaction; it is durable already.
        func prepare(_ checkpoint: UInt64) -> SQLiteTransaction {
            state.withLock { state in
                var transaction = SQLiteTransaction()
                if state.rowCount == 0 { return transaction }
                transaction.instance = Int64(instance.index)
                transaction.stage = state.stage
                transaction.rowCount = state.rowCount
                // Checkpoints are numbered from 1 where a run begins anew, but the database is the same.
                transaction.step = max(Int64(clamping: checkpoint), state.lastStep + 1)
                state.lastStep = transaction.step
                state.rowCount = 0
                return transaction
            }
        }

        /// Moves a transaction's rows to the table, unless that has been done.
        func commit(_ transaction: SQLiteTransaction) throws {
            if transaction.rowCount == 0 { return }
            try self.transaction("written") { database in try commit(transaction, in: database) }
        }

        private func commit(_ transaction: SQLiteTransaction, in database: Database) throws {
            let place: StatementArguments = [transaction.instance, transaction.stage]
            if try lastStep(of: transaction.instance, in: database) < transaction.step {
                let count = try Int64.fetchOne(
                    database,
                    sql: "SELECT count(*) FROM \(staging) WHERE instance = ? AND stage = ?",
                    arguments: place)
                guard count == transaction.rowCount else {
                    throw StreamError(
                        .inputOutput,
                        "the SQLite database '\(path)' lacks rows of the checkpoint: \(staging) has "
                            + "\(count ?? 0) of \(transaction.rowCount); restore the database, or begin "
                            + "without the checkpoint")
                }
                try database.execute(sql: table.publication(staging), arguments: place)
                try database.execute(
                    sql: """
                        INSERT INTO millrace_checkpoints VALUES (?, ?, ?)
                        ON CONFLICT DO UPDATE SET checkpoint = excluded.checkpoint
                        """, arguments: [staging, transaction.instance, transaction.step])
            }
            try database.execute(
                sql: "DELETE FROM \(staging) WHERE instance = ? AND stage = ?", arguments: place)
        }

        private func lastStep(of instance: Int64, in database: Database) throws -> Int64 {
            try Int64.fetchOne(
                database,
                sql: "SELECT checkpoint FROM millrace_checkpoints WHERE sink = ? AND instance = ?",
                arguments: [staging, instance]) ?? 0
        }

        /// Commits the transactions of a checkpoint, and removes what is in none, in one transaction.
        func recover(_ transactions: [SQLiteTransaction]) throws {
            let step = try transaction("recovered") { database in
                for transaction in transactions where transaction.rowCount > 0 {
                    try commit(transaction, in: database)
                }
                // Also of earlier instances, if there were more of them.
                try database.execute(
                    sql: "DELETE FROM \(staging) WHERE instance % ? = ?",
                    arguments: [instance.parallelism, instance.index])
                return try lastStep(of: Int64(instance.index), in: database)
            }
            state.withLock { $0 = State(lastStep: step) }
        }
    }
#endif
