extension QueryGroups {
    /// (rowCount) the query of each row.
    package var queryOfRow: [Int32] {
        var queries = [Int32](repeating: 0, count: rowCount)
        for query in 0..<count {
            for row in rows[starts[query]..<starts[query + 1]] { queries[Int(row)] = Int32(query) }
        }
        return queries
    }

    /// The queries of some rows, numbered in the order in which these rows show them.
    package func selecting(_ selected: [UInt32]) -> QueryGroups {
        let all = queryOfRow
        var numbers: [Int32: Int32] = [:]
        return QueryGroups(
            queryOfRow: selected.map { row in
                let query = all[Int(row)]
                let number = numbers[query] ?? Int32(numbers.count)
                numbers[query] = number
                return number
            })
    }
}
