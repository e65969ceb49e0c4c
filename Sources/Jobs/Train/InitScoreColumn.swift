import Columns
import Models

/// Raw scores that training starts from: finite, never null.
enum InitScoreColumn {
    static func values(_ column: Column, place: JobFailure.Place) throws -> [Double] {
        let feature = Feature(
            name: column.field.name, type: column.field.type, encoding: .numeric)
        let encoded = try FeatureEncoder(feature).prepare(column)
        var values = [Double](repeating: 0, count: column.count)
        values.withUnsafeMutableBufferPointer {
            encoded.encode(rows: 0..<column.count, into: $0)
        }
        if let row = values.firstIndex(where: { !$0.isFinite }) {
            let text = values[row].isNaN ? "missing" : "\(values[row])"
            throw JobFailure(
                .dataInvalid, "An initial score is \(text) in row \(row) of the row group.",
                place: place, remedy: "Mend the column, or leave the row out.")
        }
        return values
    }
}
