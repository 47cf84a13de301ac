/// A command line, taken apart.
struct Call {
    enum Command: String, CaseIterable {
        case list
        case verify
        case describe
    }

    let command: Command
    let directory: String
    private(set) var checkpoint: UInt64?
    private(set) var isJSON = false

    init(_ arguments: [String]) throws(Misuse) {
        var places: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": isJSON = true
            case "--checkpoint":
                guard let text = rest.popFirst(), let id = UInt64(text) else {
                    throw Misuse(description: "--checkpoint needs the number of a checkpoint")
                }
                checkpoint = id
            default:
                if argument.hasPrefix("-") {
                    throw Misuse(description: "there is no option '\(argument)'")
                }
                places.append(argument)
            }
        }
        guard let name = places.first else { throw Misuse(description: "the command is missing") }
        guard let command = Command(rawValue: name) else {
            throw Misuse(description: "there is no command '\(name)'")
        }
        guard places.count == 2 else {
            throw Misuse(description: "'\(name)' needs one directory")
        }
        self.command = command
        directory = places[1]
    }
}

/// A command line that says nothing that can be done.
struct Misuse: Error, CustomStringConvertible {
    let description: String
}
