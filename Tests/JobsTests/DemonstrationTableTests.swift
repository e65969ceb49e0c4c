import Columns
import TestSupport
import Testing

@testable import Jobs

@Suite("DemonstrationTable")
struct DemonstrationTableTests {
    /// All cells of a batch as text, nulls as such.
    private func cells(_ batch: RecordBatch) -> [[String]] {
        (0..<batch.rowCount).map { row in
            batch.columns.map { column in
                if column.isNull(row) { return "null" }
                switch column.values {
                case .int32(let buffer): return "\(buffer.elements[row])"
                case .int64(let buffer): return "\(buffer.elements[row])"
                case .double(let buffer): return "\(buffer.elements[row].bitPattern)"
                default: return "another carrier"
                }
            }
        }
    }

    @Test("rows do not depend on how they are cut", arguments: [1, 63, 64, 65, 100, 999])
    func rowsDoNotDependOnCuts(size: Int) {
        let table = DemonstrationTable(rowCount: 1_000, seed: 42)
        var pieces: [[String]] = []
        for start in stride(from: 0, to: 1_000, by: size) {
            pieces += cells(table.batch(rows: start..<min(1_000, start + size)))
        }
        #expect(pieces == cells(table.batch(rows: 0..<1_000)))
    }

    @Test("seeds give different tables, the same seed the same")
    func seedsMatter() {
        let rows = 0..<50
        let first = cells(DemonstrationTable(rowCount: 50, seed: 1).batch(rows: rows))
        #expect(first == cells(DemonstrationTable(rowCount: 80, seed: 1).batch(rows: rows)))
        let other = cells(DemonstrationTable(rowCount: 50, seed: 2).batch(rows: rows))
        let equalRowCount = zip(first, other).count { $0.dropFirst() == $1.dropFirst() }
        #expect(equalRowCount == 0)
    }

    @Test("schema: id, 22 features, age")
    func schema() {
        let fields = DemonstrationTable.schema.fields
        #expect(fields.count == 24)
        #expect(fields.first == Field(name: "id", type: .int64))
        #expect(fields.last == Field(name: "age", type: .double))
        #expect(fields.allSatisfy { $0.isNullable })
    }

    @Test("no rows make an empty batch")
    func emptyBatch() {
        let batch = DemonstrationTable(rowCount: 0, seed: 0).batch(rows: 0..<0)
        #expect(batch.rowCount == 0)
        #expect(batch.columns.count == 24)
    }

    @Test("5% of each feature is null, id and age never")
    func nullShare() {
        let batch = DemonstrationTable(rowCount: 20_000, seed: 5).batch(rows: 0..<20_000)
        for column in batch.columns {
            if column.field.name == "id" || column.field.name == "age" {
                #expect(column.nullCount == 0)
            } else {
                // Six standard deviations of a binomial: 6 * sqrt(20,000 * 0.05 * 0.95) = 185.
                #expect(abs(column.nullCount - 1_000) < 185, "\(column.field.name)")
            }
        }
    }

    @Test("the table of seed 42 stays what it is")
    func goldenTable() {
        // FNV-1a over the cells' text. A change here changes everybody's demonstration data:
        // figures in the documentation then have to be measured again.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        let table = DemonstrationTable(rowCount: 1_000_000, seed: 42)
        for rows in [0..<500, 999_500..<1_000_000] {
            for byte in cells(table.batch(rows: rows)).joined().joined(separator: ",").utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
            }
        }
        #expect(hash == 8_306_016_610_385_422_555)
    }

    @Test("features carry the signal: age follows graduation year and career")
    func agesFollowFeatures() throws {
        let batch = DemonstrationTable(rowCount: 20_000, seed: 9).batch(rows: 0..<20_000)
        let ages = try doubles(batch, "age")
        #expect(ages.allSatisfy { $0 >= 18 && $0 <= 75 })
        #expect(abs(correlation(ages, try doubles(batch, "total_career_years")) - 0.6) < 0.15)
        #expect(correlation(ages, try doubles(batch, "graduation_year")) < -0.5)
    }

    /// A column as doubles, NaN for null.
    private func doubles(_ batch: RecordBatch, _ name: String) throws -> [Double] {
        let column = try #require(batch[name])
        return (0..<batch.rowCount).map { row in
            if column.isNull(row) { return .nan }
            switch column.values {
            case .int32(let buffer): return Double(buffer.elements[row])
            case .double(let buffer): return buffer.elements[row]
            default: return .nan
            }
        }
    }

    private func correlation(_ a: [Double], _ b: [Double]) -> Double {
        let pairs = zip(a, b).filter { !$0.isNaN && !$1.isNaN }
        let count = Double(pairs.count)
        let meanA = pairs.reduce(0) { $0 + $1.0 } / count
        let meanB = pairs.reduce(0) { $0 + $1.1 } / count
        let product = pairs.reduce(0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) }
        let squareA = pairs.reduce(0) { $0 + ($1.0 - meanA) * ($1.0 - meanA) }
        let squareB = pairs.reduce(0) { $0 + ($1.1 - meanB) * ($1.1 - meanB) }
        return product / (squareA * squareB).squareRoot()
    }
}
