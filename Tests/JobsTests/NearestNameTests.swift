import Testing

import Jobs

@testable import Columns

@Suite("NearestName")
struct NearestNameTests {
    @Test(
        "a slip of the hand finds the name that was meant",
        arguments: [
            ("lerning_rate", "learning_rate"), ("num_leafs", "num_leaves"),
            ("learning_raet", "learning_rate"), ("targte", "target"),
        ])
    func findsSlips(slip: String, meant: String) {
        #expect(NearestName.find(slip, in: ParameterTable.all.map(\.name)) == meant)
    }

    @Test("something else finds nothing")
    func findsNothing() {
        #expect(NearestName.find("service_host", in: ParameterTable.all.map(\.name)) == nil)
    }

    @Test(
        "distances are counted as edits",
        arguments: [
            ("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("kitten", "sitting", 3),
        ])
    func countsEdits(a: String, b: String, distance: Int) {
        #expect(NearestName.editDistance(Array(a.utf8), Array(b.utf8)) == distance)
        #expect(NearestName.editDistance(Array(b.utf8), Array(a.utf8)) == distance)
    }
}
