import Testing

@testable import ObjectStores

@Suite("ObjectMemory")
struct ObjectMemoryTests {
    private static let byteCount = 3 << 20

    @Test("what is given back is used again while other memory is in use")
    func usedAgain() {
        let memory = ObjectMemory()
        let (held, first) = (memory.take(Self.byteCount), memory.take(Self.byteCount))
        memory.give(first)
        #expect(memory.idleByteCount == Self.byteCount)
        let second = memory.take(Self.byteCount - 100_000)
        #expect(second.address == first.address && second.byteCount == Self.byteCount)
        #expect(memory.idleByteCount == 0)
        memory.give(second)
        memory.give(held)
    }

    @Test("a block is not used for much less or for more", arguments: [2 << 20, (3 << 20) + 1])
    func fits(byteCount: Int) {
        let memory = ObjectMemory()
        let (held, first) = (memory.take(Self.byteCount), memory.take(Self.byteCount))
        memory.give(first)
        let other = memory.take(byteCount)
        #expect(other.byteCount == byteCount && memory.idleByteCount == Self.byteCount)
        memory.give(other)
        memory.give(held)
    }

    @Test("nothing is kept when nothing is in use")
    func givenBack() {
        let memory = ObjectMemory()
        let blocks = (0..<4).map { _ in memory.take(Self.byteCount) }
        for block in blocks.dropLast() { memory.give(block) }
        #expect(memory.idleByteCount == 3 * Self.byteCount)
        memory.give(blocks[3])
        #expect(memory.idleByteCount == 0)
    }

    @Test("no more is kept than the limit says; a larger block is not kept at all")
    func limit() {
        let memory = ObjectMemory()
        let held = memory.take(Self.byteCount)
        for block in (0..<40).map({ _ in memory.take(Self.byteCount) }) { memory.give(block) }
        let limit = ObjectMemory.idleByteCountMax
        let kept = memory.idleByteCount
        #expect((limit - Self.byteCount...limit).contains(kept))
        memory.give(memory.take(limit + 1))
        #expect(memory.idleByteCount == kept)
        memory.give(held)
    }

    @Test("memory is aligned, and can be filled to its end", arguments: [1, 1 << 20, 5_000_001])
    func filled(byteCount: Int) {
        let memory = ObjectMemory()
        let block = memory.take(byteCount)
        #expect(UInt(bitPattern: block.address) % 64 == 0)
        block.address.initializeMemory(as: UInt8.self, repeating: 7, count: byteCount)
        #expect(block.address.load(fromByteOffset: byteCount - 1, as: UInt8.self) == 7)
        memory.give(block)
    }
}
