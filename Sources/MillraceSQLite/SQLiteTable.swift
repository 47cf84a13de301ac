#if SQLite
    import Millrace

    /// What is written to a table, as SQL.
    struct SQLiteTable: Sendable {
        let name: String
        let columns: [String]
        let key: [String]
        /// Statements that create the table.
        let creation: String?

        /// A name as SQL has it, whatever it is made of.
        private static func quoted(_ name: String) -> String {
            "\""
                + name.split(separator: "\"", omittingEmptySubsequences: false).joined(
                    separator: "\"\"")
                + "\""
        }

        private func list(_ names: [String]) -> String {
            names.map(Self.quoted).joined(separator: ", ")
        }

        private var marks: String { columns.map { _ in "?" }.joined(separator: ", ") }

        private var target: String { "\(Self.quoted(name)) (\(list(columns)))" }

        /// What is done with a row whose key is there.
        private var conflict: String {
            if key.isEmpty { return "" }
            let others = columns.filter { !key.contains($0) }.map(Self.quoted)
            if others.isEmpty { return " ON CONFLICT (\(list(key))) DO NOTHING" }
            let changes = others.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
            return " ON CONFLICT (\(list(key))) DO UPDATE SET \(changes)"
        }

        /// Writes one row.
        var insertion: String { "INSERT INTO \(target) VALUES (\(marks))\(conflict)" }

        // MARK: - Staging

        /// The name of the staging table, which only a sink of this name with these columns uses.
        func stagingName(of sink: String) -> String {
            let hash = (columns + [name]).reduce(sink.stableHash) {
                $0.combining($1.stableHash)
            }
            return "millrace_staged_\(String(hash, radix: 16))"
        }

        private var stagedColumns: [String] { columns.indices.map { "value\($0)" } }

        /// Columns without a type keep every value as it is.
        func stagingCreation(_ staging: String) -> String {
            """
            CREATE TABLE IF NOT EXISTS \(staging)(
                number INTEGER PRIMARY KEY, instance INTEGER NOT NULL, stage INTEGER NOT NULL,
                \(list(stagedColumns)));
            CREATE INDEX IF NOT EXISTS \(staging)_stages ON \(staging)(instance, stage);
            CREATE TABLE IF NOT EXISTS millrace_checkpoints(
                sink TEXT NOT NULL, instance INTEGER NOT NULL, checkpoint INTEGER NOT NULL,
                PRIMARY KEY (sink, instance)) WITHOUT ROWID;
            """
        }

        /// Stages one row: instance and stage, then the values.
        func stagingInsertion(_ staging: String) -> String {
            "INSERT INTO \(staging) (instance, stage, \(list(stagedColumns))) VALUES (?, ?, \(marks))"
        }

        /// Moves the rows of an instance's stage to the table, in their order.
        func publication(_ staging: String) -> String {
            """
            INSERT INTO \(target) SELECT \(list(stagedColumns)) FROM \(staging)
            WHERE instance = ? AND stage = ? ORDER BY number\(conflict)
            """
        }
    }
#endif
