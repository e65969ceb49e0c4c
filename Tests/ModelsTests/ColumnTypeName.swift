import Columns
import Models

enum ColumnTypeName {
    static func roundTrip(_ name: String) -> String? { ColumnType(name: name)?.name }
}
