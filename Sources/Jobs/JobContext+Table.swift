import Logging
import ObjectStores
import Shards

extension JobContext {
    /// Opens the shards that `urls` name as one table, with the rows that `filter` keeps.
    /// - Throws: `ObjectStoreError`, `ShardError`, `FilterError`.
    func openTable(_ urls: [ObjectURL], filter: String?) async throws -> ShardTable {
        try await openTable(
            try await ShardManifest.resolve(urls, in: store), filter: filter)
    }

    /// Opens shards as one table, with the rows that `filter` keeps, and logs what is special.
    /// - Throws: `ObjectStoreError`, `ShardError`, `FilterError`.
    func openTable(_ manifest: ShardManifest, filter: String?) async throws -> ShardTable {
        let table = try await ShardTable.open(manifest, filter: filter, in: store, pool: pool)
        for difference in table.differences {
            logger.notice(
                "shards differ",
                metadata: [
                    "object": "\(difference.object)", "column": "\(difference.column ?? "")",
                    "difference": "\(difference.detail)",
                ])
        }
        if let report = table.filter {
            logger.notice(
                "rows filtered",
                metadata: [
                    "kept": "\(report.rowsKept)", "of": "\(report.rowsConsidered)",
                    "row_groups_skipped": "\(report.rowGroupsSkipped)",
                    "shards_skipped": "\(report.shardsSkipped)",
                ])
        }
        return table
    }
}

extension ShardTable {
    /// Why there is no row, in words.
    var emptinessText: String {
        filter == nil || filter?.rowsConsidered == 0
            ? "The shards hold no rows." : "The filter keeps no row of the shards."
    }
}

extension FilterReport {
    var summaryLine: SummaryLine {
        SummaryLine(
            "filter",
            "\(rowsKept) of \(rowsConsidered) rows kept; \(rowGroupsSkipped) of \(rowGroups) row "
                + "groups and \(shardsSkipped) of \(shards) shards skipped unread")
    }
}
