import Columns
import FoundationEssentials
import ObjectStores
import StoreTestSupport
import Testing

@testable import Jobs

@Suite("Inspect")
struct InspectJobTests {
    /// Two shards, row groups of two, with everything that JSON finds difficult.
    private func fixture() throws -> JobFixture {
        let fixture = JobFixture()
        let difficult = "quote \" back\\slash \n\t\u{1} é 🦆 /"
        for shard in 0..<2 {
            try fixture.store.put(
                [
                    .int64("id", [.min, .max, Int64(shard)]),
                    .double("x \"y\"", [.nan, -.infinity, 1e-300]), .float("f", [0.1, nil, 1e30]),
                    .string("s", [difficult, nil, ""]), .boolean("b", [true, false, nil]),
                    Column(
                        field: Field(name: "day", type: .date),
                        values: .int32(ColumnBuffer([0, -1, 19_753]))),
                ], at: "s3://in/k=\(shard)/x", rowGroupRowCount: 2)
        }
        return fixture
    }

    private struct Row: Decodable, Equatable {
        var id: Int64
        var f: Float?
        var s: String?
        var b: Bool?
        var day: String
        var k: Int
        var x: String?

        enum CodingKeys: String, CodingKey {
            case id, f, s, b, day, k
            case x = "x \"y\""
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.decode(Int64.self, forKey: .id)
            f = try container.decode(Float?.self, forKey: .f)
            s = try container.decode(String?.self, forKey: .s)
            b = try container.decode(Bool?.self, forKey: .b)
            day = try container.decode(String.self, forKey: .day)
            k = try container.decode(Int.self, forKey: .k)
            x = try? container.decode(String.self, forKey: .x)
        }
    }

    @Test("rows are lines of valid JSON with every value as it was", arguments: [0, 1, 3, 4, 99])
    func listsRows(count: Int) async throws {
        let result = try await fixture().run(.inspect, ["url": "s3://in/", "rows": "\(count)"])
        let listing = try #require(result as? RowListing)
        #expect(listing.lines.count == min(count, 6))
        let rows = try listing.lines.map { try JSONDecoder().decode(Row.self, from: Data($0.utf8)) }
        for (index, row) in rows.enumerated() {
            let position = index % 3
            #expect(row.id == [.min, .max, Int64(index / 3)][position])
            #expect(row.f == [0.1, nil, 1e30][position])
            #expect(row.s == ["quote \" back\\slash \n\t\u{1} é 🦆 /", nil, ""][position])
            #expect(row.b == [true, false, nil][position])
            #expect(row.day == ["1970-01-01", "1969-12-31", "2024-01-31"][position])
            #expect(row.x == ["NaN", "-Infinity", nil][position])
            #expect(row.k == index / 3)
        }
    }

    @Test("row groups behind the last row wanted are not decoded, shards behind it not read")
    func readsNoMoreThanNeeded() async throws {
        let fixture = try fixture()
        try await fixture.run(.inspect, ["url": "s3://in/", "rows": "1"])
        let pages = fixture.store.reads.dropFirst(2)
        #expect(pages.allSatisfy { $0.url.description == "s3://in/k=0/x" || $0.range.count <= 12 })
    }

    @Test("a table is described by its footers; sums are those of the values")
    func describesTables() async throws {
        let fixture = try fixture()
        let plain = try #require(
            try await fixture.run(.inspect, ["url": "s3://in/"]) as? TableInspection)
        #expect(plain.rows == 6 && plain.rowGroups == 4 && plain.shards == 2)
        #expect(plain.columns.map(\.name) == ["id", "x \"y\"", "f", "s", "b", "day", "k"])
        #expect(plain.columns.map(\.nulls) == [0, 0, 2, 2, 2, 0, nil])
        #expect(plain.columns[0].min?.json == "\(Int64.min)")
        #expect(plain.columns[0].max?.json == "\(Int64.max)")
        let summed = try #require(
            try await fixture.run(.inspect, ["url": "s3://in/", "checksum": "true"])
                as? TableInspection)
        var sum = ColumnChecksum()
        sum.add(.float("f", [0.1, nil, 1e30, 0.1, nil, 1e30]))
        #expect(summed.columns[2].checksum.flatMap { UInt32($0, radix: 16) } == sum.value)
        #expect(summed.columns.allSatisfy { $0.checksum?.count == 8 })
        #expect(try JSONText.encode(summed).contains(#""physical_type":"INT64""#))
    }

    @Test("a model is known by its bytes or its folder")
    func describesModels() async throws {
        let fixture = JobFixture()
        try fixture.store.put(
            [.double("x", (0..<50).map { Double($0) }), .double("y", (0..<50).map { Double($0) })],
            at: "s3://in/x")
        try await fixture.run(
            .train, ["data": "s3://in/", "target": "y", "output": "s3://out/m/"])
        for url in ["s3://out/m", "s3://out/m/", "s3://out/m/model.martlet"] {
            let result = try await fixture.run(.inspect, ["url": url])
            let model = try #require(result as? ModelInspection)
            #expect(model.target == "y" && model.features.map(\.name) == ["x"])
            #expect(model.trees == 100)
        }
    }
}
