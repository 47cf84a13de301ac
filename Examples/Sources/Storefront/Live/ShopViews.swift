import Millrace

/// What a running shop knows: each answer is a consistent snapshot of the state, taken between two batches,
/// and never stops the stream.
public struct ShopViews: Sendable {
    let running: RunningTopology
    /// What the products are called and cost now.
    let catalogue: Catalogue
    let configuration: ShopConfiguration

    var funnelDefinitions: [Funnel] { configuration.funnels }
}
