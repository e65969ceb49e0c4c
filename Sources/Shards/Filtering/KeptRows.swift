import Columns

/// Which rows of one row group a filter keeps.
enum KeptRows: Sendable {
    case all
    case none
    case some(RowSelection)

    /// How many of a row group's rows are kept.
    func count(of rowCount: Int) -> Int {
        switch self {
        case .all: rowCount
        case .none: 0
        case .some(let selection): selection.count
        }
    }
}
