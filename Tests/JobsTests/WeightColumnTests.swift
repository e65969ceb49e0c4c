import Columns
import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("WeightColumn")
struct WeightColumnTests {
    @Test("numbers from 0 on pass as they are; the first other one is named by row")
    func checksWeights() throws {
        #expect(
            try WeightColumn.values(.int32("w", [0, 3]), place: .init()) == [0, 3])
        for wrong in [nil, -1, .nan, .infinity, 1e300] as [Double?] {
            let failure = #expect(throws: JobFailure.self) {
                try WeightColumn.values(.double("w", [1, wrong, wrong]), place: .init(column: "w"))
            }
            #expect(failure?.name == .dataInvalid)
            #expect(failure?.message.contains("row 1 ") == true)
        }
    }
}
