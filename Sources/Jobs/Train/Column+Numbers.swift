import Columns
import Models

extension Column {
    /// (rows) what a numeric feature of this column would be: NaN where it is null.
    /// - Throws: `ModelError` when it holds no numbers.
    func numbers() throws -> [Double] {
        let feature = Feature(name: field.name, type: field.type, encoding: .numeric)
        let encoded = try FeatureEncoder(feature).prepare(self)
        var values = [Double](repeating: 0, count: count)
        values.withUnsafeMutableBufferPointer { encoded.encode(rows: 0..<count, into: $0) }
        return values
    }
}
