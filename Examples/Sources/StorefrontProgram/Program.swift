import StorefrontCommand

/// The storefront as a program: all that its command line needs is in `StorefrontCommand`, where tests reach it.
@main
enum Program {
    static func main() async { await Main.main() }
}
