import Columns

extension EncodedColumn {
    /// How the integers of a carrier are read.
    enum NumberKind: Sendable {
        case plain
        case unsigned
        /// The unscaled value over 10^scale.
        case decimal(divisor: Double)

        init(_ type: ColumnType) {
            switch type {
            case .uint8, .uint16, .uint32, .uint64: self = .unsigned
            case .decimal(_, let scale) where scale > 0:
                var divisor = 1.0
                for _ in 0..<scale { divisor *= 10 }
                self = .decimal(divisor: divisor)
            default: self = .plain
            }
        }
    }
}
