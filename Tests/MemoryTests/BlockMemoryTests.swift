import Memory
import Testing

@Suite("BlockMemory")
struct BlockMemoryTests {
    /// A block of the memory, given back with the last reference.
    private final class Owner {
        let block: BlockMemory.Block
        private let memory: BlockMemory

        init?(_ byteCount: Int, from memory: BlockMemory) {
            guard let block = memory.take(byteCount) else { return nil }
            self.block = block
            self.memory = memory
        }

        deinit { memory.give(block) }

        var address: UnsafeMutableRawPointer { block.address }
    }

    @Test("gives the block of an owner that is gone to the next, also to a smaller one")
    func usesAgain() throws {
        let memory = BlockMemory()
        var owner = try #require(Owner(1 << 20, from: memory))
        let first = owner.address
        let held = memory.heldByteCount
        #expect(held >= 1 << 20)
        // The old one is gone only once the new one is there.
        owner = try #require(Owner(1 << 20, from: memory))
        #expect(owner.address != first)
        owner = try #require(Owner(600_000, from: memory))
        #expect(owner.address == first)
        #expect(memory.heldByteCount == held)
    }

    @Test("blocks that are in use at one time do not overlap")
    func keepsApart() throws {
        let memory = BlockMemory()
        let sizes = (0..<40).map { 80_000 + $0 * 200_000 }
        let owners = try sizes.map { try #require(Owner($0, from: memory)) }
        for (index, owner) in owners.enumerated() {
            fill(owner.address, index, sizes[index])
        }
        for (index, owner) in owners.enumerated() {
            let bytes = UnsafeRawBufferPointer(start: owner.address, count: sizes[index])
            #expect(bytes.allSatisfy { $0 == UInt8(index) })
            #expect(UInt(bitPattern: owner.address) % 64 == 0)
        }
    }

    private func fill(_ address: UnsafeMutableRawPointer, _ value: Int, _ count: Int) {
        address.initializeMemory(as: UInt8.self, repeating: UInt8(value), count: count)
    }

    @Test("returns what nobody uses before it takes more than was ever in use")
    func returnsIdleMemory() {
        let memory = BlockMemory()
        for count in [8_000_000, 20_000_000, 9_600_000, 44_000_000, 800_000] {
            let owners = (0..<4).map { _ in Owner(count, from: memory) }
            #expect(owners.count == 4)
        }
        // Four blocks of 44,000,000 bytes, rounded up by an eighth, and a region besides.
        #expect(memory.heldByteCount <= 4 * 44_000_000 * 9 / 8 + 8 << 20)
    }

    @Test("holds no more than one row group needs, however many there are", arguments: [3, 300])
    func isIndependentOfPasses(passCount: Int) {
        let memory = BlockMemory()
        var held: [Int] = []
        for pass in 0..<passCount {
            // Sizes of compressed row groups: all a little different.
            let owners = (0..<2).map { index in
                Owner(4_500_000 + (pass * 7 + index) % 11 * 30_000, from: memory)
            }
            #expect(owners.count == 2)
            held.append(memory.heldByteCount)
        }
        #expect(held.max() ?? 0 <= 4 * 5 << 20)
    }

    @Test("without idle memory nothing is held once nothing is in use")
    func returnsAll() throws {
        let memory = BlockMemory(keepsIdle: false)
        var owners = try (0..<3).map { _ in try #require(Owner(5 << 20, from: memory)) }
        let held = memory.heldByteCount
        #expect(held >= 15 << 20)
        owners.removeLast(2)
        #expect(memory.heldByteCount == held)
        owners.removeAll()
        #expect(memory.heldByteCount == 0)
        owners.append(try #require(Owner(5 << 20, from: memory)))
        #expect(memory.heldByteCount >= 5 << 20)
    }

    @Test("leaves small pieces to the allocator")
    func passesSmallPieces() {
        let memory = BlockMemory()
        #expect(memory.take(100) == nil)
        #expect(memory.heldByteCount == 0)
    }
}
