/// Leaves that can be split, in the order of the growth policy. A binary heap.
struct LeafQueue {
    private struct Entry {
        /// The depth where it counts, otherwise 0.
        let level: Int
        let gain: Double
        let leaf: Int

        /// By level, by gain, then by the older leaf, so that the order is total.
        func precedes(_ other: Entry) -> Bool {
            if level != other.level { return level < other.level }
            return gain != other.gain ? gain > other.gain : leaf < other.leaf
        }
    }

    private let policy: GrowPolicy
    private var heap: [Entry] = []

    init(_ policy: GrowPolicy) { self.policy = policy }

    mutating func insert(leaf: Int, gain: Double, depth: Int) {
        heap.append(Entry(level: policy == .depthwise ? depth : 0, gain: gain, leaf: leaf))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func popBest() -> Int? {
        guard let best = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return best.leaf }
        heap[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(heap[parent]) else { break }
            heap.swapAt(child, parent)
            parent = child
        }
        return best.leaf
    }
}
