import CKernels
import Columns
import Models

/// The memory of one thread that explains the scores of one model.
package final class ExplanationScratch {
    /// Bytes of one bit for each row of a block.
    static let rowByteCount = EnsembleScorer.blockRowCount / 8

    /// (nodes × `rowByteCount`) whether each row goes left.
    private let nodeBits: ColumnBuffer<UInt8>
    /// (elements × `rowByteCount`) whether each row passes the decisions of an element.
    private let pathBits: ColumnBuffer<UInt8>
    private let savedBits: ColumnBuffer<UInt8>
    private let path: ColumnBuffer<martlet_path_element>
    private var savedShares: [Double] = []

    init(nodeCount: Int, elementCount: Int, savedCount: Int) {
        nodeBits = ColumnBuffer(repeating: 0, count: nodeCount * Self.rowByteCount)
        pathBits = ColumnBuffer(repeating: 0, count: (elementCount + 1) * Self.rowByteCount)
        savedBits = ColumnBuffer(repeating: 0, count: (savedCount + 1) * Self.rowByteCount)
        path = ColumnBuffer(repeating: martlet_path_element(), count: elementCount + 1)
    }

    /// The elements of the current path.
    var elements: UnsafePointer<martlet_path_element>? { path.elements.baseAddress }

    func decisions(of node: Int) -> UnsafeMutablePointer<UInt8> {
        Self.row(node, of: nodeBits)
    }

    private static func row(
        _ index: Int, of buffer: ColumnBuffer<UInt8>
    ) -> UnsafeMutablePointer<UInt8> {
        guard let start = buffer.mutableElements.baseAddress else {
            preconditionFailure("a buffer without memory")
        }
        return start + index * rowByteCount
    }

    /// Goes one step along the path.
    /// - Parameter sums: where the contributions of feature 0 begin.
    func move(_ step: PathProgram.Step, in program: PathProgram, sums: UnsafeMutablePointer<Double>)
    {
        switch step {
        case .enter(let node, let isLeft, let slot):
            let bits = Self.row(Int(slot), of: pathBits)
            let decisions = decisions(of: Int(node))
            let flip: UInt8 = isLeft ? 0 : 0xFF
            for byte in 0..<Self.rowByteCount { bits[byte] = decisions[byte] ^ flip }
            let feature = Int(program.tree.nodes[Int(node)].feature)
            let share = program.leftShares[Int(node)]
            path.mutableElements[Int(slot)] = martlet_path_element(
                bits: bits, sums: sums + feature * EnsembleScorer.blockRowCount,
                share: isLeft ? share : 1 - share, feature: UInt32(feature))
        case .narrow(let node, let isLeft, let slot):
            let bits = Self.row(Int(slot), of: pathBits)
            let saved = Self.row(savedShares.count, of: savedBits)
            let decisions = decisions(of: Int(node))
            let flip: UInt8 = isLeft ? 0 : 0xFF
            for byte in 0..<Self.rowByteCount {
                saved[byte] = bits[byte]
                bits[byte] &= decisions[byte] ^ flip
            }
            let share = program.leftShares[Int(node)]
            savedShares.append(path.elements[Int(slot)].share)
            path.mutableElements[Int(slot)].share *= isLeft ? share : 1 - share
        case .restore(let slot):
            guard let share = savedShares.popLast() else {
                preconditionFailure("a path that was not narrowed")
            }
            Self.row(Int(slot), of: pathBits).update(
                from: Self.row(savedShares.count, of: savedBits), count: Self.rowByteCount)
            path.mutableElements[Int(slot)].share = share
        case .leaf, .pair: break
        }
    }
}
