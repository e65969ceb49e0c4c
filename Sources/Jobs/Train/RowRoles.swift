import Columns

/// What each row of a table is for.
struct RowRoles: Sendable {
    enum Role: UInt8, Sendable {
        /// The target is null: nothing can be learned from the row.
        case dropped = 0
        case train = 1
        case validation = 2
        /// Held out of training to calibrate the finished model.
        case calibration = 3
    }

    /// (rows seen so far) raw values of `Role`.
    private var roles: [UInt8] = []
    private(set) var counts: [Int] = [0, 0, 0, 0]

    /// A footer may claim any number of rows; past this many, memory grows as they come.
    private static let reservedRowCountMax = 1 << 26

    /// Rows seen so far.
    var rowCount: Int { roles.count }

    mutating func reserve(_ rowCount: Int) {
        roles.reserveCapacity(min(rowCount, Self.reservedRowCountMax))
    }

    mutating func append(_ role: Role) {
        roles.append(role.rawValue)
        counts[Int(role.rawValue)] += 1
    }

    /// Bytes that they take in memory.
    var byteCount: Int { roles.capacity }

    func count(_ role: Role) -> Int { counts[Int(role.rawValue)] }

    subscript(row: Int) -> Role { Role(rawValue: roles[row]) ?? .dropped }

    /// Rows of `range` that have this role.
    /// - Complexity: O(`range.count`), or O(1) when all rows of the table have it.
    func count(_ role: Role, in range: Range<Int>) -> Int {
        if count(role) == roles.count { return range.count }
        return roles.withUnsafeBufferPointer { roles in
            var count = 0
            for row in range { count &+= roles[row] == role.rawValue ? 1 : 0 }
            return count
        }
    }

    /// Moves the values of the rows with this role to the front.
    /// - Parameters:
    ///   - values: (range.count) in the order of the rows.
    /// - Returns: how many there are.
    func compact(
        _ values: UnsafeMutableBufferPointer<Double>, of role: Role, rows range: Range<Int>
    ) -> Int {
        precondition(values.count == range.count)
        if count(role) == roles.count { return range.count }
        return roles.withUnsafeBufferPointer { roles in
            var kept = 0
            for (index, row) in range.enumerated() {
                values[kept] = values[index]
                kept &+= roles[row] == role.rawValue ? 1 : 0
            }
            return kept
        }
    }
}
