import Foundation
import Synchronization

/// A few lines at the end of a terminal that are drawn again and again, beneath everything else that is
/// written there.
public final class StatusScreen: Sendable {
    private struct State {
        var lines: [String] = []
        /// How many lines stand on the terminal now.
        var drawnCount = 0
        /// Whether somebody else writes.
        var isHeld = false
    }

    private let state = Mutex(State())
    private let write: @Sendable (String) -> Void

    /// A screen that hands its text and the terminal's control codes to `write`.
    public init(write: @escaping @Sendable (String) -> Void) { self.write = write }

    /// The standard error.
    public static let standardError = StatusScreen {
        FileHandle.standardError.write(Data($0.utf8))
    }

    /// Whether the standard error is a terminal.
    public static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// How many characters fit in a line of the standard error.
    public static var width: Int {
        var size = winsize()
        let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return isKnown ? Int(size.ws_col) : 80
    }

    /// Draws the lines in place of the ones before; none takes them away.
    public func show(_ lines: [String]) {
        change { $0.lines = lines }
    }

    /// Writes a line that stays, above the others.
    public func say(_ line: String) {
        hold()
        write(line + "\n")
        release()
    }

    /// Takes the lines away, so that somebody else may write, until ``release()``.
    public func hold() { change { $0.isHeld = true } }

    /// Draws the lines again.
    public func release() { change { $0.isHeld = false } }

    private func change(_ body: (inout State) -> Void) {
        // Written under the lock: two writers must not interleave.
        state.withLock { state in
            body(&state)
            var text = ""
            // Up to the first line, and everything from there away.
            if state.drawnCount > 0 { text = "\u{1B}[\(state.drawnCount)A\r\u{1B}[J" }
            let lines = state.isHeld ? [] : state.lines
            for line in lines { text += line + "\n" }
            state.drawnCount = lines.count
            if !text.isEmpty { write(text) }
        }
    }
}
