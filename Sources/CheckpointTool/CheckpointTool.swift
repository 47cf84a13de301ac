package import Millrace

/// What `millrace-checkpoint` does: looks into a directory of checkpoints, beside a run or after it.
///
/// It only reads, and takes no lock.
package enum CheckpointTool {
    /// What a call has to say.
    package struct Result: Sendable {
        /// 0; 1 if something is damaged; 2 if the call is wrong or the directory cannot be read.
        package var status: Int32 = 0
        /// For the standard output.
        package var output = ""
        /// For the standard error, a line each.
        package var errors: [String] = []

        mutating func add(_ error: StreamError) {
            errors.append(error.description)
            status = max(status, error.code == .damagedCheckpoint ? 1 : 2)
        }
    }

    package static let usage = """
        usage: millrace-checkpoint list|verify|describe <directory> [--checkpoint N] [--json]

          list      the checkpoints: time, size, what each has written itself
          verify    read every block and compare its checksum; the status is 1 if one is damaged
          describe  one checkpoint, the newest if none is named: operators, positions, types

        """

    /// Does what the arguments say.
    package static func run(
        _ arguments: [String], files: any FileSystem = SystemFileSystem()
    ) -> Result {
        var result = Result()
        do {
            if arguments.contains("--help") || arguments.contains("-h") {
                return Result(output: usage)
            }
            let call = try Call(arguments)
            let storage = DirectoryStorage(call.directory, files: files)
            let found = try checkpoints(call, in: storage)
            for error in found.damaged { result.add(error) }
            switch call.command {
            case .list: list(found.whole, call, &result)
            case .verify: try verify(found.whole, call, &result)
            case .describe: describe(found.whole, call, &result)
            }
        } catch let error as StreamError {
            result.add(error)
        } catch {
            return Result(status: 2, output: usage, errors: ["\(error)"])
        }
        return result
    }

    /// The checkpoints that are meant, the newest first.
    private static func checkpoints(
        _ call: Call, in storage: DirectoryStorage
    ) throws -> (whole: [StoredCheckpoint], damaged: [StreamError]) {
        let all = try storage.checkpointIDs()
        if all.isEmpty {
            throw StreamError(.inputOutput, "'\(call.directory)' holds no checkpoints")
        }
        guard let id = call.checkpoint else { return try storage.checkpoints() }
        guard all.contains(id) else {
            let ids = all.map { "\($0)" }.joined(separator: ", ")
            throw StreamError(
                .inputOutput, "'\(call.directory)' holds no checkpoint \(id), but \(ids)")
        }
        do { return ([try storage.checkpoint(id)], []) } catch let error as StreamError {
            return ([], [error])
        }
    }

    private static func list(
        _ checkpoints: [StoredCheckpoint], _ call: Call, _ result: inout Result
    ) {
        let entries = checkpoints.map { CheckpointSummary($0.manifest) }
        if call.isJSON { return result.output = json(CheckpointList(checkpoints: entries)) }
        result.output =
            TextTable(
                header: ["id", "taken", "topology", "bytes", "written", "operators", ""],
                rows: entries.map { entry in
                    [
                        "\(entry.id)", entry.time, entry.topology, "\(entry.bytes)",
                        "\(entry.writtenBytes)", "\(entry.operators)",
                        entry.isSavepoint ? "savepoint" : "",
                    ]
                }, numbers: [0, 3, 4, 5]
            ).text
    }

    private static func verify(
        _ checkpoints: [StoredCheckpoint], _ call: Call, _ result: inout Result
    ) throws {
        var entries: [Verification] = []
        for checkpoint in checkpoints {
            let damages = try checkpoint.damages()
            for damage in damages {
                var damage = damage
                damage.message = "checkpoint \(checkpoint.manifest.id): \(damage.message)"
                result.add(damage)
            }
            entries.append(
                Verification(
                    id: checkpoint.manifest.id, bytes: checkpoint.manifest.byteCount,
                    damages: damages.map(\.description)))
        }
        if call.isJSON {
            return result.output = json(VerificationList(checkpoints: entries, all: result.errors))
        }
        result.output =
            TextTable(
                header: ["id", "bytes", ""],
                rows: entries.map { entry in
                    ["\(entry.id)", "\(entry.bytes)", entry.damages.isEmpty ? "whole" : "damaged"]
                }, numbers: [0, 1]
            ).text
    }

    private static func describe(
        _ checkpoints: [StoredCheckpoint], _ call: Call, _ result: inout Result
    ) {
        guard let newest = checkpoints.first else { return }
        var description = CheckpointDescription(newest.manifest)
        for index in description.operators.indices
        where description.operators[index].kind == "source" {
            do {
                let splits = try newest.splits(of: description.operators[index].name)
                description.operators[index].splits = splits
            } catch let error as StreamError {
                result.add(error)
            } catch {
                result.errors.append("\(error)")
                result.status = 2
            }
        }
        result.output = call.isJSON ? json(description) : description.text
    }

    private static func json(_ record: some JSONEncodableRecord) -> String {
        var writer = JSONWriter()
        writer.object(record)
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }
}
