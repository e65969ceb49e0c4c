/// The smallest and the largest value of some rows, in PLAIN encoding without a length.
struct ValueBounds: Equatable {
    var min: [UInt8]
    var max: [UInt8]

    /// nil when there is no value to speak of: none at all, or only NaN.
    ///
    /// NaN is passed over. A smallest value of zero becomes -0.0 and a largest one +0.0, so that
    /// readers may compare either way. Source: parquet.thrift, `ColumnOrder`.
    init?(of values: DenseValues, order: ValueOrder) {
        switch values {
        case .booleans(let values):
            guard let (low, high) = Extremes.integers(values) else { return nil }
            self.init([low & 1], [high & 1])
        case .words32(let words):
            switch order {
            case .float:
                guard let (low, high) = Extremes.floats(words.rebound(to: Float.self)) else {
                    return nil
                }
                self.init(
                    low: low == 0 ? -0.0 : low, high: high == 0 ? 0.0 : high)
            case .uint32: self.init(integers: words)
            default: self.init(integers: words.rebound(to: Int32.self))
            }
        case .words64(let words):
            switch order {
            case .double:
                guard let (low, high) = Extremes.floats(words.rebound(to: Double.self)) else {
                    return nil
                }
                self.init(low: low == 0 ? -0.0 : low, high: high == 0 ? 0.0 : high)
            case .uint64: self.init(integers: words)
            default: self.init(integers: words.rebound(to: Int64.self))
            }
        case .fixed(let bytes, let byteCount):
            self.init(fixed: bytes, byteCount: byteCount, order: order)
        case .byteArrays(let values):
            guard let (low, high) = Extremes.byteArrays(values) else { return nil }
            self.init(Array(low), Array(high))
        }
    }

    /// The bounds of those `entries` whose codes occur.
    init?(
        of entries: DenseValues, usedBy codes: UnsafeBufferPointer<UInt32>, order: ValueOrder,
        scratch: ChunkScratch
    ) {
        let isUsed = scratch.slots.elements(of: UInt8.self, count: entries.count)
        isUsed.initialize(repeating: 0)
        for code in codes { isUsed[Int(code)] = 1 }
        switch entries {
        case .words32(let words):
            let used = Self.select(words, isUsed, scratch)
            self.init(of: .words32(used), order: order)
        case .words64(let words):
            let used = Self.select(words, isUsed, scratch)
            self.init(of: .words64(used), order: order)
        case .byteArrays(let values):
            let used = Self.select(values, isUsed, scratch)
            self.init(of: .byteArrays(used), order: order)
        case .booleans, .fixed: preconditionFailure("these types have no dictionaries")
        }
    }

    private static func select<Element: BitwiseCopyable>(
        _ elements: UnsafeBufferPointer<Element>, _ isUsed: UnsafeMutableBufferPointer<UInt8>,
        _ scratch: ChunkScratch
    ) -> UnsafeBufferPointer<Element> {
        let target = scratch.used.elements(of: Element.self, count: elements.count)
        var position = 0
        for index in 0..<elements.count {
            target[position] = elements[index]
            position &+= Int(isUsed[index])
        }
        return UnsafeBufferPointer(rebasing: target[..<position])
    }

    private init(_ min: [UInt8], _ max: [UInt8]) {
        self.min = min
        self.max = max
    }

    private init<Value: BitwiseCopyable>(low: Value, high: Value) {
        self.init(withUnsafeBytes(of: low) { Array($0) }, withUnsafeBytes(of: high) { Array($0) })
    }

    private init?<Value: FixedWidthInteger & BitwiseCopyable>(
        integers: UnsafeBufferPointer<Value>
    ) {
        guard let (low, high) = Extremes.integers(integers) else { return nil }
        self.init(low: low, high: high)
    }

    private init?(fixed bytes: UnsafeBufferPointer<UInt8>, byteCount: Int, order: ValueOrder) {
        var low: [UInt8]?
        var high: [UInt8]?
        for start in stride(from: 0, to: bytes.count, by: byteCount) {
            var value = Array(bytes[start..<start + byteCount])
            if order == .float16 {
                let number = Float16(bitPattern: UInt16(value[1]) << 8 | UInt16(value[0]))
                if number.isNaN { continue }
                if number == 0 { value = [0, 0] }
            }
            if low.map({ order.areInIncreasingOrder(value, $0) }) ?? true { low = value }
            if high.map({ order.areInIncreasingOrder($0, value) }) ?? true { high = value }
        }
        guard var low, let high else { return nil }
        if order == .float16 && low == [0, 0] { low = [0, 0x80] }
        self.init(low, high)
    }

    /// Makes room for the values within `other`.
    mutating func formUnion(_ other: ValueBounds, order: ValueOrder) {
        if order.areInIncreasingOrder(other.min, min) { min = other.min }
        if order.areInIncreasingOrder(max, other.max) { max = other.max }
    }
}

extension UnsafeBufferPointer where Element: BitwiseCopyable {
    /// The same memory as elements of another type of the same size.
    fileprivate func rebound<Other: BitwiseCopyable>(
        to type: Other.Type
    ) -> UnsafeBufferPointer<Other> {
        precondition(MemoryLayout<Other>.stride == MemoryLayout<Element>.stride)
        return UnsafeRawBufferPointer(self).bindMemory(to: type)
    }
}
