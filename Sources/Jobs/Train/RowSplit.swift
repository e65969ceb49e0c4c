/// What each row of a training table is for, by the seed and the row's number alone.
struct RowSplit: Sendable {
    /// Rows held out to calibrate on at most: enough for a margin that is right to 0.1 points.
    static let calibrationRowCountMax = 1_000_000

    private let validation: ValidationSplit
    private let calibration: ValidationSplit?

    init(_ spec: TrainSpec, rowCount: Int) {
        validation = ValidationSplit(fraction: spec.validFraction, seed: spec.seed)
        calibration = spec.calibration.map { calibration in
            let most = Double(Self.calibrationRowCountMax) / Double(max(rowCount, 1))
            // A stream of hashes of its own: 64 bits of pi's fraction.
            return ValidationSplit(
                fraction: min(calibration.fraction, most), seed: spec.seed ^ 0x243F_6A88_85A3_08D3)
        }
    }

    /// The role of a row that has a target.
    func role(row: Int) -> RowRoles.Role {
        if let calibration, calibration.isValidation(row: row) { return .calibration }
        return validation.isValidation(row: row) ? .validation : .train
    }
}
