import Foundation
import Testing

/// What a reviewer would otherwise repeat.
@Suite struct TidyTests {
    struct SourceFile: Sendable, CustomTestStringConvertible {
        var path: String
        var text: String
        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
        var testDescription: String { path }
    }

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func files(below folder: String) -> [SourceFile] {
        let base = root.appendingPathComponent(folder)
        let paths = FileManager.default.enumerator(atPath: base.path)?.compactMap { $0 as? String }
        return (paths ?? []).filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            let text = try? String(contentsOf: base.appendingPathComponent(path), encoding: .utf8)
            return text.map { SourceFile(path: "\(folder)/\(path)", text: $0) }
        }
    }

    static let core = files(below: "Sources/Millrace")
    static let all = core + files(below: "Sources/MillraceTesting") + files(below: "Tests")

    @Test func thereAreFiles() { #expect(Self.core.count > 50) }

    @Test(arguments: all)
    func filesAreShort(_ file: SourceFile) {
        #expect(file.lines.count <= 350, "one idea a file")
    }

    @Test(arguments: core)
    func theCoreImportsNoFoundation(_ file: SourceFile) {
        #expect(!file.lines.contains { $0.hasSuffix("import Foundation") })
    }

    @Test(arguments: core)
    func tasksAreCreatedInTheRuntimeFolderOnly(_ file: SourceFile) {
        if file.path.contains("/Runtime/") { return }
        for mark in [
            "TaskGroup(", "addTask", "Task {", "Task.detached", "async let", "pthread_create",
            "millrace_start_thread",
        ] {
            #expect(!file.text.contains(mark), "\(mark)")
        }
    }

    @Test(arguments: core)
    func uncheckedSendableIsArgued(_ file: SourceFile) {
        for (index, line) in file.lines.enumerated() where line.contains("@unchecked Sendable") {
            let around = file.lines[max(0, index - 8)...min(file.lines.count - 1, index + 3)]
            #expect(around.contains { $0.contains("Safety:") }, "line \(index + 1)")
        }
    }

    @Test(arguments: core + files(below: "Sources/MillraceTesting"))
    func nothingIsLeftBehind(_ file: SourceFile) {
        for mark in ["TO" + "DO", "FIX" + "ME", "try" + "!", "fatal" + "Error("] {
            #expect(!file.text.contains(mark), "\(mark)")
        }
    }
}
