extension [Double] {
    /// The number that comes at place `count` of all, from 1, if the greatest come first.
    ///
    /// Source: Hoare, "Algorithm 65: Find", CACM 1961, with the median of three as the pivot.
    ///
    /// - Precondition: There are as many numbers, and each is equal to itself.
    /// - Complexity: O(n) on average.
    @usableFromInline
    func greatest(_ count: Int) -> Double {
        precondition(count >= 1 && count <= self.count, "there is no such place")
        var numbers = self
        let place = count - 1
        var (first, last) = (0, numbers.count - 1)
        while first < last {
            let (a, b, c) = (numbers[first], numbers[(first + last) / 2], numbers[last])
            let pivot = Swift.max(Swift.min(a, b), Swift.min(Swift.max(a, b), c))
            var (left, right) = (first, last)
            while left <= right {
                while numbers[left] > pivot { left += 1 }
                while numbers[right] < pivot { right -= 1 }
                if left <= right {
                    numbers.swapAt(left, right)
                    left += 1
                    right -= 1
                }
            }
            if place <= right {
                last = right
            } else if place >= left {
                first = left
            } else {
                break
            }
        }
        return numbers[place]
    }
}
