import Hummingbird
import NIOCore

/// A request's surroundings: its logger, its path parameters, and who sent it.
struct ShopContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address that the request came from.
    let client: String

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        client = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}
