import Metrics
import Testing

@testable import StorefrontServer

@Suite struct PrometheusTests {
    private func text(_ record: (PrometheusMetrics) -> Void) -> [String] {
        let metrics = PrometheusMetrics()
        record(metrics)
        var text = PrometheusText()
        metrics.write(to: &text)
        return text.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    @Test func countersAreTotals() {
        let lines = text { metrics in
            let counter = Counter(label: "http.requests", factory: metrics)
            counter.increment(by: 3)
            counter.increment(by: -1)
            FloatingPointCounter(label: "joules_total", factory: metrics).increment(by: 0.5)
        }
        #expect(
            lines == [
                "# TYPE http_requests_total counter", "http_requests_total 3",
                "# TYPE joules_total counter", "joules_total 0.5", "",
            ])
    }

    @Test func whatIsMadeTwiceIsOne() {
        let lines = text { metrics in
            for _ in 0..<2 {
                Counter(label: "a", dimensions: [("x", "1"), ("b", "2")], factory: metrics)
                    .increment()
                Counter(label: "a", dimensions: [("b", "2"), ("x", "1")], factory: metrics)
                    .increment()
            }
        }
        #expect(lines == ["# TYPE a_total counter", #"a_total{b="2",x="1"} 4"#, ""])
    }

    @Test func labelsAreEscaped() {
        let lines = text { metrics in
            Gauge(label: "g", dimensions: [("pa th", "a\"b\\c\nd ü"), ("9", "")], factory: metrics)
                .record(1.5)
        }
        #expect(
            lines == ["# TYPE g gauge", #"g{_9="",pa_th="a\"b\\c\nd ü"} 1.5"#, ""])
    }

    @Test func histogramsAddUp() {
        let lines = text { metrics in
            let timer = Timer(label: "t", factory: metrics)
            timer.recordNanoseconds(1_000_000)
            timer.recordNanoseconds(1_000_001)
            timer.recordNanoseconds(99_000_000_000)
        }
        #expect(lines[0] == "# TYPE t_seconds histogram")
        #expect(lines.contains(#"t_seconds_bucket{le="0.0005"} 0"#))
        #expect(lines.contains(#"t_seconds_bucket{le="0.001"} 1"#))
        #expect(lines.contains(#"t_seconds_bucket{le="0.0025"} 2"#))
        #expect(lines.contains(#"t_seconds_bucket{le="10"} 2"#))
        #expect(lines.contains(#"t_seconds_bucket{le="+Inf"} 3"#))
        #expect(lines.contains("t_seconds_count 3"))
        #expect(lines.contains { $0.hasPrefix("t_seconds_sum 99.00200") })
    }

    @Test func recordersAreHistogramsAndGaugesAreNot() {
        let lines = text { metrics in
            Recorder(label: "r", factory: metrics).record(5)
            let meter = Meter(label: "m", factory: metrics)
            meter.increment(by: 2)
            meter.decrement(by: 3)
        }
        #expect(lines.contains("# TYPE r histogram"))
        #expect(lines.contains(#"r_bucket{le="10"} 1"#))
        #expect(lines.contains("# TYPE m gauge"))
        #expect(lines.contains("m -1"))
    }

    @Test func aNameOfTwoKindsIsTwoFamilies() {
        let lines = text { metrics in
            Meter(label: "x", factory: metrics).set(1)
            Recorder(label: "x", factory: metrics).record(1)
        }
        #expect(lines.contains("# TYPE x gauge"))
        #expect(lines.contains("# TYPE x_histogram histogram"))
        #expect(lines.contains("x_histogram_count 1"))
    }

    @Test func specialValues() {
        #expect(PrometheusText.number(.nan) == "NaN")
        #expect(PrometheusText.number(.infinity) == "+Inf")
        #expect(PrometheusText.number(-.infinity) == "-Inf")
        #expect(PrometheusText.number(3) == "3")
        #expect(PrometheusText.number(0.1) == "0.1")
        #expect(PrometheusText.name("1a-b.c") == "_1a_b_c")
        #expect(PrometheusText.labelName("a:b") == "a_b")
    }

    @Test func helpComesBeforeTheType() {
        var text = PrometheusText()
        text.family("a", .gauge, "Line\nbreak \\")
        text.sample("a", 1)
        #expect(text.text == "# HELP a Line\\nbreak \\\\\n# TYPE a gauge\na 1\n")
    }
}
