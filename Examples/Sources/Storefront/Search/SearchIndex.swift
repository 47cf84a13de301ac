import Foundation

/// Which products have which words in their title and category, with what each word says about a product.
///
/// Ranks by Okapi BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009). What a word
/// adds to a product's score depends on nothing but the catalogue and is worked out once.
struct SearchIndex: Sendable {
    struct Posting: Sendable {
        var place: Int32
        var score: Float
    }

    /// How much words count that only begin like a word of the query, or are only spelt like it.
    private static let prefixShare: Float = 0.6
    private static let likenessShare: Float = 0.4
    /// How many words a beginning may stand for.
    private static let expansionLimit = 64
    /// BM25's saturation of repeats and its share of length normalisation.
    private static let (saturation, lengthShare) = (1.2, 0.75)

    /// In order, so that words of one beginning are neighbours.
    private var terms: [String] = []
    private var postings: [[Posting]] = []
    private let productCount: Int

    init(_ products: [CatalogueProduct]) {
        productCount = products.count
        var counts: [String: [(place: Int32, count: Int)]] = [:]
        var lengths: [Int] = []
        for (place, product) in products.enumerated() {
            let words =
                SearchTerms.words(of: product.title)
                + SearchTerms.words(of: product.category ?? "")
            lengths.append(words.count)
            for (word, repeats) in Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +) {
                counts[word, default: []].append((Int32(place), repeats))
            }
        }
        let meanLength = max(1, Double(lengths.reduce(0, +)) / Double(max(1, lengths.count)))
        for (term, places) in counts.sorted(by: { $0.key < $1.key }) {
            let frequency = Double(places.count)
            let rarity = log(1 + (Double(products.count) - frequency + 0.5) / (frequency + 0.5))
            terms.append(term)
            postings.append(
                places.map { place, count in
                    let length = Double(lengths[Int(place)]) / meanLength
                    let score = rarity * Self.weight(count: Double(count), length: length)
                    return Posting(place: place, score: Float(score))
                })
        }
    }

    /// What repeats of a word are worth in a text that is `length` times as long as others.
    private static func weight(count: Double, length: Double) -> Double {
        let brake = saturation * (1 - lengthShare + lengthShare * length)
        return count * (saturation + 1) / (count + brake)
    }

    /// How well each product fits a query, 0 for those that do not: those with all of its words, or with any
    /// of them if none has all. The last word may be the beginning of one.
    ///
    /// - Complexity: O(products + postings of the words).
    func scores(for query: String) -> [Float] {
        let words = SearchTerms.words(of: query).prefix(16)
        var total = [Float](repeating: 0, count: productCount)
        guard !words.isEmpty else { return total }
        var matches = [UInt8](repeating: 0, count: productCount)
        for word in words {
            // Of several words that one of the query stands for, the best counts.
            var best: [Int32: Float] = [:]
            for (term, share) in expansions(of: word) {
                for posting in postings[term] {
                    best[posting.place] = max(best[posting.place] ?? 0, posting.score * share)
                }
            }
            for (place, score) in best {
                total[Int(place)] += score
                matches[Int(place)] += 1
            }
        }
        if matches.contains(UInt8(words.count)) {
            for place in total.indices where matches[place] < words.count { total[place] = 0 }
        }
        return total
    }

    /// The terms that a word of a query stands for: itself, those that begin with it, and if there are none,
    /// those that are spelt nearly like it.
    private func expansions(of word: String) -> [(term: Int, share: Float)] {
        var found: [(term: Int, share: Float)] = []
        var term = firstTerm(from: word)
        while term < terms.count, terms[term].hasPrefix(word), found.count < Self.expansionLimit {
            found.append((term, terms[term] == word ? 1 : Self.prefixShare))
            term += 1
        }
        let tolerance = SearchTerms.tolerance(for: word)
        guard found.isEmpty, tolerance > 0, let first = word.first else { return found }
        term = firstTerm(from: String(first))
        while term < terms.count, terms[term].first == first, found.count < Self.expansionLimit {
            if SearchTerms.areAlike(word, terms[term], within: tolerance) {
                found.append((term, Self.likenessShare))
            }
            term += 1
        }
        return found
    }

    private func firstTerm(from word: String) -> Int {
        var (start, end) = (0, terms.count)
        while start < end {
            let middle = (start + end) / 2
            if terms[middle] < word { start = middle + 1 } else { end = middle }
        }
        return start
    }
}
