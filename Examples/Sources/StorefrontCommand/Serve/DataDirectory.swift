import Foundation

/// The directory of a shop's data, looked at before anything is opened in it.
struct DataDirectory {
    let path: String

    /// Creates the directory if it is not there, and finds out whether it can be written.
    /// - Throws: ``Failure`` that names the option, the directory, and what is the matter with it.
    func prepare() throws(Failure) {
        try Self.create(path, for: "--data")
        let probe = "\(path)/.probe-\(UUID())"
        do { try Data().write(to: URL(filePath: probe)) } catch {
            throw .inputOutput(
                "--data '\(path)': nothing can be written to it: \(Self.reason(error))")
        }
        try? FileManager.default.removeItem(atPath: probe)
        try checkLog()
        try checkArchive()
    }

    /// State goes with the log that it is from: behind one that begins anew, it would wait for events that are
    /// counted already.
    private func checkLog() throws(Failure) {
        guard hasCheckpoints, !FileManager.default.fileExists(atPath: "\(path)/log/log.meta") else {
            return
        }
        throw .data(
            "'\(path)/log' is gone, and '\(path)/checkpoints' is the state that it led to. Put a copy of "
                + "it back, or move '\(path)/checkpoints' and '\(path)/archive' away and begin anew"
        )
    }

    private var hasCheckpoints: Bool {
        names(in: "checkpoints").contains { $0.hasSuffix(".manifest") }
    }

    /// An archive goes with the checkpoints that it is from: without them, what it holds would be written a
    /// second time.
    private func checkArchive() throws(Failure) {
        if hasCheckpoints { return }
        let full = names(in: "archive").sorted().first { name in
            let path = "\(path)/archive/\(name)"
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return name.hasSuffix(".jsonl") && (attributes?[.size] as? Int ?? 0) > 0
        }
        guard let full else { return }
        throw .data(
            "'\(path)/archive/\(full)' is of a run whose checkpoints are gone. Put them back to "
                + "'\(path)/checkpoints', or move '\(path)/archive' away as well: the next start builds "
                + "both from '\(path)/log', as far back as that is kept")
    }

    private func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []
    }

    /// Creates a directory that an option names.
    static func create(_ path: String, for option: String) throws(Failure) {
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) {
            if isDirectory.boolValue { return }
            throw .inputOutput("\(option) '\(path)': this is a file, and must be a directory")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .inputOutput(
                "\(option) '\(path)': the directory cannot be created: \(reason(error))")
        }
    }

    /// Checks that an option names a file that can be read.
    static func checkFile(_ path: String, for option: String) throws(Failure) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw .inputOutput("\(option) '\(path)': there is no such file")
        }
        if isDirectory.boolValue {
            throw .inputOutput("\(option) '\(path)': this is a directory, and must be a file")
        }
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw .inputOutput("\(option) '\(path)': this user may not read it")
        }
    }

    /// What the system says, without what the Foundation says before it.
    static func reason(_ error: any Error) -> String {
        error.localizedDescription.replacing("The operation could not be completed. ", with: "")
    }
}
