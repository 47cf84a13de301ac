import HummingbirdTesting
import Testing

@testable import StorefrontServer
