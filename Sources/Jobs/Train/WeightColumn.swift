import Columns

/// Sample weights, checked: finite, not negative, never null.
enum WeightColumn {
    static func values(_ column: Column, place: JobFailure.Place) throws -> [Double] {
        let values = try column.numbers()
        // Float, as labels are kept: a larger weight would become infinite.
        if let row = values.firstIndex(where: { !($0 >= 0 && Float($0).isFinite) }) {
            let text = values[row].isNaN ? "missing" : "\(values[row])"
            throw JobFailure(
                .dataInvalid,
                "A weight is \(text) in row \(row) of the row group; weights are 0 or more, and at "
                    + "most 3.4e38.",
                place: place, remedy: "Mend the column, or leave the row out.")
        }
        return values
    }
}
