package import Models

extension FeatureSchema {
    /// Adds the contributions of statistics to those of the features that they are made of, in
    /// equal parts.
    /// - Parameter sums: (columnCount × `stride`), column by column.
    package func creditSources(
        of sums: UnsafeMutableBufferPointer<Double>, rowCount: Int, stride: Int
    ) {
        ColumnFold(self).addContributions(sums, rowCount: rowCount, stride: stride)
    }
}
