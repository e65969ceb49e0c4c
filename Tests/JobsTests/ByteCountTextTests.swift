import Testing

@testable import Jobs

@Suite("ByteCountText")
struct ByteCountTextTests {
    @Test(
        "sizes in decimal and binary units",
        arguments: [
            ("1500000", 1_500_000), ("512MB", 512_000_000), ("4GB", 4_000_000_000),
            ("4 GiB", 4 << 30), ("1.5gb", 1_500_000_000), ("2k", 2048), ("3M", 3 << 20),
            ("10B", 10), ("1TiB", 1 << 40), ("", nil), ("GB", nil), ("-1", nil), ("0", nil),
            ("0.1B", nil), ("nan", nil), ("inf", nil), ("9e18GB", nil), ("4 apples", nil),
        ] as [(String, Int?)])
    func parses(text: String, bytes: Int?) {
        #expect(ByteCountText.parse(text) == bytes)
    }

    @Test(
        "sizes as people read them",
        arguments: [
            (0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 KB"), (1_550_000, "1.6 MB"),
            (12_340_000_000, "12.3 GB"),
        ])
    func writes(bytes: Int, text: String) {
        #expect(ByteCountText.write(bytes) == text)
    }
}
