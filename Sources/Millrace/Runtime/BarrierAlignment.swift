/// Which inputs of a worker a barrier has come on, and what waits behind it.
struct BarrierAlignment {
    private var barrier: Barrier?
    private var arrived: [Bool]
    private var finished: [Bool]
    /// The inputs whose end waits to be processed.
    private var isEnding: [Bool]
    /// The messages behind the barrier, in the order in which they came.
    var held: [Message] = []

    init(inputs: Int) {
        arrived = Array(repeating: false, count: inputs)
        finished = arrived
        isEnding = arrived
    }

    /// How many inputs have not finished.
    var openInputs: Int { finished.reduce(0) { $0 + ($1 ? 0 : 1) } }

    /// Whether messages of an input must wait.
    func holds(_ input: Int) -> Bool { arrived[input] }

    mutating func arrive(_ barrier: Barrier, on input: Int) {
        precondition(
            self.barrier == nil || self.barrier == barrier,
            "one checkpoint is taken after the other")
        self.barrier = barrier
        arrived[input] = true
    }

    /// Nothing more comes on an input, so no barrier does.
    mutating func finish(_ input: Int) { finished[input] = true }

    /// A barrier has overtaken what is before it: it is looked for on all inputs.
    mutating func begin(_ barrier: Barrier) { self.barrier = barrier }

    /// Whether the barrier has come on an input, or cannot.
    func isPast(_ input: Int) -> Bool { arrived[input] || finished[input] || isEnding[input] }

    /// The end of an input has been seen, but not been processed.
    mutating func expectNothing(of input: Int) { isEnding[input] = true }

    /// The barrier, once it has come on every input on which it can. Then no input is held any more.
    mutating func complete() -> Barrier? {
        guard let barrier, isAligned else { return nil }
        self.barrier = nil
        for input in arrived.indices {
            arrived[input] = false
            isEnding[input] = false
        }
        return barrier
    }

    private var isAligned: Bool {
        if PlantedBug.current == .barrierNotAligned { return true }
        return arrived.indices.allSatisfy { isPast($0) }
    }
}
