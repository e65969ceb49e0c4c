extension ColumnStatistics {
    /// Whether a row of these may compare so with `value`; false only if none can.
    ///
    /// Rows compare as in SQL: a null row with nothing, and NaN is unequal to everything, so that
    /// only `notEqual` finds it. A value of another kind than the column's excludes nothing.
    /// - Parameter rowCount: the rows that the statistics speak of, nulls included.
    package func mightHold(_ comparison: Comparison, _ value: ScalarValue, rowCount: Int) -> Bool {
        if nullCount == rowCount { return false }
        switch comparison {
        case .less: return !isKnown(value, notAbove: min)
        case .lessOrEqual: return !isKnown(value, below: min)
        case .greater: return !isKnown(max, notAbove: value)
        case .greaterOrEqual: return !isKnown(max, below: value)
        case .equal: return !isKnown(value, below: min) && !isKnown(max, below: value)
        case .notEqual:
            // Every row has this value, if both bounds occur and are it.
            let isConstant =
                isMinExact && isMaxExact && min?.equals(value) == true
                && max?.equals(value) == true
            return !isConstant || (value.isFloating && nanCount != 0)
        }
    }

    /// Whether a row may be null.
    package func mightHoldNull() -> Bool { nullCount != 0 }

    /// Whether a row may not be null.
    package func mightHoldValue(rowCount: Int) -> Bool { nullCount != rowCount }

    private func isKnown(_ left: ScalarValue?, below right: ScalarValue?) -> Bool {
        guard let left, let right else { return false }
        return left.isLess(than: right)
    }

    /// Whether `left <= right` is known.
    private func isKnown(_ left: ScalarValue?, notAbove right: ScalarValue?) -> Bool {
        guard let left, let right else { return false }
        return left.isLess(than: right) || left.equals(right)
    }
}
