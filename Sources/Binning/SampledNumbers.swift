/// The sampled numbers of one feature, in no particular order: in 32 bits while all of them are
/// exact there, in 64 from then on.
///
/// Memory is taken once, for as many as can come.
final class SampledNumbers {
    private let capacity: Int
    private var count = 0
    private var floats: UnsafeMutablePointer<Float>?
    private var doubles: UnsafeMutablePointer<Double>?

    /// - Parameter capacity: numbers that are appended at most.
    init(capacity: Int) {
        self.capacity = capacity
    }

    deinit { clear() }

    /// Appends the sampled ones of some rows' values; missing ones are left out.
    func append(
        _ values: UnsafeBufferPointer<Double>, at firstRow: Int, sampling rows: SampledRows
    ) {
        var indices = rows.indices(in: firstRow..<(firstRow + values.count))
        precondition(count + indices.count <= capacity)
        if doubles == nil {
            indices = appendFloats(indices, of: values, at: firstRow, sampling: rows)
        }
        guard let doubles, !indices.isEmpty else { return }
        var count = count
        for index in indices {
            let value = values[rows.row(index) - firstRow]
            (doubles + count).initialize(to: value)
            // The next one takes the place of one that is missing.
            count &+= value == value ? 1 : 0
        }
        self.count = count
    }

    /// Ascending; frees the memory.
    func sorted() -> [Double] {
        defer { clear() }
        if let floats { return NumberSort.sorted(UnsafeBufferPointer(start: floats, count: count)) }
        if let doubles {
            return NumberSort.sorted(UnsafeBufferPointer(start: doubles, count: count))
        }
        return []
    }

    /// - Returns: the indices from the first number on that needs 64 bits, which there now are.
    private func appendFloats(
        _ indices: Range<Int>, of values: UnsafeBufferPointer<Double>, at firstRow: Int,
        sampling rows: SampledRows
    ) -> Range<Int> {
        let floats = floats ?? .allocate(capacity: capacity + 1)
        self.floats = floats
        var count = count
        for index in indices {
            let value = values[rows.row(index) - firstRow]
            let float = Float(value)
            guard Double(float) == value || value != value else {
                self.count = count
                widen(floats)
                return index..<indices.upperBound
            }
            (floats + count).initialize(to: float)
            count &+= value == value ? 1 : 0
        }
        self.count = count
        return indices.upperBound..<indices.upperBound
    }

    private func widen(_ floats: UnsafeMutablePointer<Float>) {
        let doubles = UnsafeMutablePointer<Double>.allocate(capacity: capacity + 1)
        for index in 0..<count { (doubles + index).initialize(to: Double(floats[index])) }
        floats.deallocate()
        self.floats = nil
        self.doubles = doubles
    }

    private func clear() {
        floats?.deallocate()
        doubles?.deallocate()
        (floats, doubles) = (nil, nil)
        count = 0
    }
}
