import Parquet
import Testing

@Suite("ParquetError")
struct ParquetErrorTests {
    @Test("names column, row group, page, object and byte, and says what to do")
    func description() {
        let error = ParquetError(
            .outOfSpec, "bit width 37, limit 32.",
            context: .init(rowGroupIndex: 7, column: "amount", pageIndex: 3, byteOffset: 18203))
        #expect(
            error.description(object: "s3://in/part-0042.parquet") == """
                column `amount`, row group 7, page 3 of s3://in/part-0042.parquet at byte 18203: \
                bit width 37, limit 32. The file breaks the Parquet specification; rewrite it, or \
                leave it out.
                """)
    }

    @Test("places known deeper down win over those added outside")
    func adding() {
        let inner = ParquetError(.unsupported, "x", context: .init(pageIndex: 1))
        let outer = inner.adding(.init(column: "a", pageIndex: 9))
        #expect(outer.context == .init(column: "a", pageIndex: 1))
    }
}
