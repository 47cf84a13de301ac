import CheckpointTool

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

let result = CheckpointTool.run(Array(CommandLine.arguments.dropFirst()))
print(result.output, terminator: "")
for error in result.errors {
    var line = "millrace-checkpoint: \(error)\n"
    line.withUTF8 { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
exit(result.status)
