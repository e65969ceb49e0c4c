import Columns

/// Raw scores that training starts from: finite, never null.
enum InitScoreColumn {
    static func values(_ column: Column, place: JobFailure.Place) throws -> [Double] {
        let values = try column.numbers()
        if let row = values.firstIndex(where: { !$0.isFinite }) {
            let text = values[row].isNaN ? "missing" : "\(values[row])"
            throw JobFailure(
                .dataInvalid, "An initial score is \(text) in row \(row) of the row group.",
                place: place, remedy: "Mend the column, or leave the row out.")
        }
        return values
    }
}
