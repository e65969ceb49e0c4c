import Columns
import Testing

@Suite("ByteArrays")
struct ByteArraysTests {
    @Test(
        "values come back as they went in",
        arguments: [
            [], [""], ["", "a", "", "bcd"], ["žluťoučký", "kůň"],
        ])
    func keepsValues(values: [String]) {
        let arrays = ByteArrays(values)
        #expect(arrays.count == values.count)
        #expect(values.indices.map(arrays.string) == values)
        #expect(arrays.offsets.elements.last == values.reduce(0) { $0 + $1.utf8.count })
    }

    @Test("bytes that are not UTF-8 are kept, and repaired only as text")
    func keepsBytes() {
        let arrays = ByteArrays([[0xFF, 0x41]])
        #expect(Array(arrays[0]) == [0xFF, 0x41])
        #expect(arrays.string(0) == "\u{FFFD}A")
    }
}
