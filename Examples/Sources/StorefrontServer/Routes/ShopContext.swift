import Hummingbird
import Logging
import NIOCore

/// A request's surroundings: its logger, its path parameters, and who sent it.
struct ShopContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The address that the request came from.
    let client: String
    /// Names the request in the log and in its answer.
    let requestID: String

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        // A logger that drops its metadata has no id to tell.
        requestID = source.logger[metadataKey: "hb.request.id"]?.description ?? "\(RequestID())"
        client = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }
}
