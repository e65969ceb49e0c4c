import Columns
import Testing

@Suite("ColumnMemory")
struct ColumnMemoryTests {
    private func place(_ buffer: ColumnBuffer<Double>) -> UnsafePointer<Double>? {
        buffer.elements.baseAddress
    }

    @Test("gives the memory of a column that is gone to the next, also to a smaller one")
    func usesAgain() {
        let memory = ColumnMemory()
        var buffer = ColumnBuffer<Double>(uninitializedCount: 131_072, from: memory)
        let first = place(buffer)
        let held = memory.heldByteCount
        #expect(held >= 131_072 * 8)
        // The old one is gone only once the new one is there.
        buffer = ColumnBuffer(uninitializedCount: 131_072, from: memory)
        #expect(place(buffer) != first)
        buffer = ColumnBuffer(uninitializedCount: 80_000, from: memory)
        #expect(place(buffer) == first)
        #expect(memory.heldByteCount == held)
    }

    @Test("columns that are alive do not share memory")
    func keepsApart() {
        let memory = ColumnMemory()
        let buffers = (0..<40).map { index in
            let buffer = ColumnBuffer<Int>(
                uninitializedCount: 10_000 + index * 1_000, from: memory)
            buffer.mutableElements.initialize(repeating: index)
            return buffer
        }
        for (index, buffer) in buffers.enumerated() {
            #expect(buffer.elements.allSatisfy { $0 == index })
            #expect(UInt(bitPattern: buffer.elements.baseAddress) % 64 == 0)
        }
    }

    @Test("returns what nobody uses before it takes more than was ever in use")
    func returnsIdleMemory() {
        let memory = ColumnMemory()
        for count in [1_000_000, 2_500_000, 1_200_000, 5_500_000, 100_000] {
            let columns = (0..<4).map { _ in
                ColumnBuffer<Double>(uninitializedCount: count, from: memory)
            }
            #expect(columns.count == 4)
        }
        // Four columns of 5,500,000 doubles, rounded up by an eighth and to whole regions.
        #expect(memory.heldByteCount <= 4 * (5_500_000 * 9 + 2 << 20))
    }

    @Test("leaves small columns to the allocator")
    func passesSmallColumns() {
        let memory = ColumnMemory()
        let buffer = ColumnBuffer<UInt8>(uninitializedCount: 100, from: memory)
        buffer.mutableElements.initialize(repeating: 1)
        #expect(memory.heldByteCount == 0)
    }
}
