/// What `RadixSort` orders: something with a 64-bit key.
protocol RadixSortable {
    var radixKey: UInt64 { get }
}

extension UInt64: RadixSortable {
    var radixKey: UInt64 { self }
}

/// A prediction's key with the weight of its row.
struct WeightedKey: RadixSortable {
    var key: UInt64
    var weight: Double

    var radixKey: UInt64 { key }
}

/// Sorts by 64-bit keys in place, a byte at a time from the highest ("American flag sort",
/// McIlroy, Bostic and McIlroy 1993): no second copy of a hundred million keys.
enum RadixSort {
    /// Below this, insertion; unmeasured.
    private static let insertionCountMax = 32

    /// Doubles in the order of their keys; -0 and 0 have the same. `value` is not NaN.
    static func key(of value: Double) -> UInt64 {
        let bits = (value + 0).bitPattern
        return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
    }

    /// Ascending; entries of equal keys end in an order that the input alone decides.
    /// - Complexity: O(8 · count).
    static func sort<Element: RadixSortable>(_ elements: UnsafeMutableBufferPointer<Element>) {
        sort(elements, shift: 56)
    }

    private static func sort<Element: RadixSortable>(
        _ elements: UnsafeMutableBufferPointer<Element>, shift: UInt64
    ) {
        if elements.count <= insertionCountMax { return insertionSort(elements) }
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 512) { table in
            let next = UnsafeMutableBufferPointer(rebasing: table[0..<256])
            let end = UnsafeMutableBufferPointer(rebasing: table[256..<512])
            end.initialize(repeating: 0)
            next.initialize(repeating: 0)
            for element in elements { end[digit(element, shift)] += 1 }
            var total = 0
            for value in 0..<256 {
                next[value] = total
                total += end[value]
                end[value] = total
            }
            permute(elements, shift: shift, next: next, end: end)
            guard shift > 0 else { return }
            var start = 0
            for value in 0..<256 {
                if end[value] - start > 1 {
                    sort(
                        UnsafeMutableBufferPointer(rebasing: elements[start..<end[value]]),
                        shift: shift - 8)
                }
                start = end[value]
            }
        }
    }

    /// Moves each element to the part of its digit.
    private static func permute<Element: RadixSortable>(
        _ elements: UnsafeMutableBufferPointer<Element>, shift: UInt64,
        next: UnsafeMutableBufferPointer<Int>, end: UnsafeMutableBufferPointer<Int>
    ) {
        for value in 0..<256 {
            while next[value] < end[value] {
                let position = next[value]
                let target = digit(elements[position], shift)
                if target == value {
                    next[value] += 1
                } else {
                    elements.swapAt(position, next[target])
                    next[target] += 1
                }
            }
        }
    }

    private static func insertionSort<Element: RadixSortable>(
        _ elements: UnsafeMutableBufferPointer<Element>
    ) {
        for index in elements.indices.dropFirst() {
            let element = elements[index]
            var position = index
            while position > 0 && elements[position - 1].radixKey > element.radixKey {
                elements[position] = elements[position - 1]
                position -= 1
            }
            elements[position] = element
        }
    }

    private static func digit(_ element: some RadixSortable, _ shift: UInt64) -> Int {
        Int(truncatingIfNeeded: (element.radixKey &>> shift) & 0xFF)
    }
}
