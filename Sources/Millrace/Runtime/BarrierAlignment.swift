/// Which inputs of a worker a barrier has come on, and what waits behind it.
struct BarrierAlignment {
    private var barrier: Barrier?
    private var arrived: [Bool]
    private var finished: [Bool]
    /// The messages behind the barrier, in the order in which they came.
    var held: [Message] = []

    init(inputs: Int) {
        arrived = Array(repeating: false, count: inputs)
        finished = arrived
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

    /// The barrier, once it has come on every input on which it can. Then no input is held any more.
    mutating func complete() -> Barrier? {
        guard let barrier, isAligned else { return nil }
        self.barrier = nil
        for input in arrived.indices { arrived[input] = false }
        return barrier
    }

    private var isAligned: Bool {
        if PlantedBug.current == .barrierNotAligned { return true }
        return zip(arrived, finished).allSatisfy { $0 || $1 }
    }
}
