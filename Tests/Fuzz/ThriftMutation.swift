import TestSupport

/// Changes one value somewhere in a tree: what no random flip of bytes gets past the parser.
struct ThriftMutation {
    var generator: SeededGenerator
    /// Numbers that mean something in this file: its size, its row counts.
    let interesting: [Int64]

    mutating func mutate(_ tree: ThriftValue) -> ThriftValue {
        var remaining = Int.random(in: 0..<max(1, Self.nodeCount(tree)), using: &generator)
        return visit(tree, &remaining)
    }

    private static func nodeCount(_ value: ThriftValue) -> Int {
        switch value {
        case .list(let elements, _): elements.reduce(1) { $0 + nodeCount($1) }
        case .structure(let fields): fields.reduce(1) { $0 + nodeCount($1.value) }
        default: 1
        }
    }

    /// Walks to the node that is `remaining` further on, and changes it.
    private mutating func visit(_ value: ThriftValue, _ remaining: inout Int) -> ThriftValue {
        guard remaining >= 0 else { return value }
        if remaining == 0 {
            remaining = -1
            return changed(value)
        }
        remaining -= 1
        switch value {
        case .list(var elements, let type):
            for index in elements.indices where remaining >= 0 {
                elements[index] = visit(elements[index], &remaining)
            }
            return .list(elements, elementType: type)
        case .structure(var fields):
            for index in fields.indices where remaining >= 0 {
                fields[index].value = visit(fields[index].value, &remaining)
            }
            return .structure(fields)
        default: return value
        }
    }

    private mutating func changed(_ value: ThriftValue) -> ThriftValue {
        switch value {
        case .boolean(let flag): return .boolean(!flag)
        case .integer(let number, let type):
            return .integer(extreme(near: number), wireType: type)
        case .double: return .double(UInt64.random(in: 0...UInt64.max, using: &generator))
        case .binary(var bytes):
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes = []
            case 1: bytes = Array(bytes.prefix(bytes.count / 2))
            case 2:
                bytes += [UInt8](
                    repeating: 0xFF, count: Int.random(in: 1...40, using: &generator))
            default:
                if let index = bytes.indices.randomElement(using: &generator) {
                    bytes[index] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            return .binary(bytes)
        case .list(var elements, var type):
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: elements = []
            case 1: if !elements.isEmpty { elements.removeLast() }
            case 2: elements += elements.prefix(3)
            case 3: elements.shuffle(using: &generator)
            default: type = UInt8.random(in: 0...15, using: &generator)
            }
            return .list(elements, elementType: type)
        case .structure(var fields):
            guard let index = fields.indices.randomElement(using: &generator) else {
                return value
            }
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: fields.remove(at: index)
            case 1: fields.append(fields[index])
            default: fields[index].id = Int16.random(in: -2...20, using: &generator)
            }
            return .structure(fields)
        }
    }

    private mutating func extreme(near number: Int64) -> Int64 {
        let steps: [Int64] = [-8, -1, 1, 2, 7, 8, 64]
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: return number &+ (steps.randomElement(using: &generator) ?? 1)
        case 1: return interesting.randomElement(using: &generator) ?? 0
        case 2: return Int64.random(in: Int64.min...Int64.max, using: &generator)
        default:
            let values: [Int64] = [
                0, -1, 1, 2, 127, 128, 255, 32_767, 65_536, 1 << 24, Int64(Int32.max),
                Int64(Int32.min), Int64(Int32.max) + 1, Int64(UInt32.max), 1 << 40, .max, .min,
            ]
            return values.randomElement(using: &generator) ?? 0
        }
    }
}
