import Columns

/// The columns of a batch of the demonstration table while they are filled.
struct DemonstrationColumns {
    private static let featureCount = 22
    /// 5%, of 65,536.
    private static let nullThreshold: UInt64 = 3_277

    private let rowCount: Int
    private let ids: ColumnBuffer<Int64>
    private let ages: ColumnBuffer<Double>
    /// In the order of the schema, those of other types left out.
    private let integers: [ColumnBuffer<Int32>]
    private let reals: [ColumnBuffer<Double>]
    private let validityWords: [ColumnBuffer<UInt64>]
    // The buffers' memory: reaching it through the buffers would count references for each cell.
    private let idCells: UnsafeMutableBufferPointer<Int64>
    private let ageCells: UnsafeMutableBufferPointer<Double>
    private let integerCells: [UnsafeMutableBufferPointer<Int32>]
    private let realCells: [UnsafeMutableBufferPointer<Double>]
    private let validityCells: [UnsafeMutableBufferPointer<UInt64>]
    private var nullCounts = [Int](repeating: 0, count: featureCount)

    init(rowCount: Int) {
        self.rowCount = rowCount
        ids = ColumnBuffer(uninitializedCount: rowCount)
        ages = ColumnBuffer(uninitializedCount: rowCount)
        integers = (0..<16).map { _ in ColumnBuffer(uninitializedCount: rowCount) }
        reals = (0..<6).map { _ in ColumnBuffer(uninitializedCount: rowCount) }
        validityWords = (0..<Self.featureCount).map { _ in
            ColumnBuffer(repeating: 0, count: (rowCount + 63) / 64)
        }
        idCells = ids.mutableElements
        ageCells = ages.mutableElements
        integerCells = integers.map(\.mutableElements)
        realCells = reals.map(\.mutableElements)
        validityCells = validityWords.map(\.mutableElements)
    }

    func set(_ index: Int, id: Int64, _ row: DemonstrationRow) {
        idCells[index] = id
        ageCells[index] = row.age
        integerCells[0][index] = row.tenureMonths
        integerCells[1][index] = row.jobLevel
        integerCells[2][index] = row.jobSeniority
        integerCells[3][index] = row.compensation
        integerCells[4][index] = row.companySize
        realCells[0][index] = row.linkedinActivity
        integerCells[5][index] = row.daysSinceUpdate
        realCells[1][index] = row.socialMediaPresence
        realCells[2][index] = row.emailEngagement
        integerCells[6][index] = row.industryTypicalAge
        integerCells[7][index] = row.jobFunction
        integerCells[8][index] = row.companyRevenue
        integerCells[9][index] = row.quarter
        integerCells[10][index] = row.educationLevel
        integerCells[11][index] = row.graduationYear
        integerCells[12][index] = row.jobCount
        integerCells[13][index] = row.skillCount
        realCells[3][index] = row.totalCareerYears
        realCells[4][index] = row.jobChurnRate
        integerCells[14][index] = row.tenureLevelInteraction
        integerCells[15][index] = row.compensationSizeInteraction
        realCells[5][index] = row.profileCompleteness
    }

    /// Decides for each feature whether its value is missing: 16 random bits each.
    mutating func setNulls(_ index: Int, _ stream: inout RandomStream) {
        var bits: UInt64 = 0
        for feature in 0..<Self.featureCount {
            if feature % 4 == 0 { bits = stream.next() }
            if bits & 0xFFFF < Self.nullThreshold {
                nullCounts[feature] += 1
            } else {
                validityCells[feature][index >> 6] |= 1 &<< UInt64(index & 63)
            }
            bits &>>= 16
        }
    }

    /// The filled columns, which nobody writes to from here on.
    consuming func columns(_ schema: Schema) -> [Column] {
        var integers = integers.makeIterator()
        var reals = reals.makeIterator()
        var columns = [Column(field: schema.fields[0], values: .int64(ids))]
        for (feature, field) in schema.fields.dropFirst().dropLast().enumerated() {
            let values: ColumnValues? =
                field.type == .int32
                ? integers.next().map { .int32($0) } : reals.next().map { .double($0) }
            guard let values else { preconditionFailure("the schema has 16 integers, 6 reals") }
            let validity =
                nullCounts[feature] == 0
                ? nil
                : Validity(
                    words: validityWords[feature], rowCount: rowCount,
                    nullCount: nullCounts[feature])
            columns.append(Column(field: field, values: values, validity: validity))
        }
        columns.append(Column(field: schema.fields[schema.fields.count - 1], values: .double(ages)))
        return columns
    }
}
