import AWS
import TestSupport
import Testing

@Suite("XMLElement")
struct XMLElementTests {
    func parse(_ text: String) throws(XMLError) -> XMLElement {
        try XMLElement(parsing: Array(text.utf8))
    }

    @Test("names, texts, nesting, references; attributes and comments are skipped")
    func parses() throws {
        let root = try parse(
            """
            \u{feff}<?xml version="1.0" encoding='UTF-8'?><!-- c --><A x="1 > 2" y='"'>
              <B>a&amp;b &lt;&gt;&quot;&apos;&#65;&#x1F600;</B><B/><C ><D>d</D></C >
            </A>  <!-- end -->
            """)
        #expect(root.name == "A")
        #expect(root.children.map(\.name) == ["B", "B", "C"])
        #expect(root.text(of: "B") == "a&b <>\"'A😀")
        #expect(root.children("B").last?.text == "")
        #expect(root.child("C")?.text(of: "D") == "d")
        #expect(root.text(of: "E") == nil)
    }

    @Test("text around a comment stays together")
    func commentInText() throws {
        #expect(try parse("<a>x<!-- y -->z</a>").text == "xz")
    }

    @Test(
        "what is not well-formed is refused",
        arguments: [
            "", " ", "<", "<a", "<a>", "<a></b>", "</a>", "<a/><b/>", "<a/>x", "x<a/>",
            "<a>&x;</a>",
            "<a>&amp</a>", "<a>&#xD800;</a>", "<a>&#99999999999;</a>", "<a b></a>", "<a b=c/>",
            "<a b=\"c/>", "<!DOCTYPE a><a/>", "<a><![CDATA[x]]></a>", "<a><!-- </a>", "<?x",
            "<1 2>",
            "<a / >", "< a/>",
        ])
    func refuses(text: String) {
        #expect(throws: XMLError.self) { try parse(text) }
    }

    @Test("nesting is limited, breadth is not")
    func depth() throws {
        let deep = String(repeating: "<a>", count: 33) + String(repeating: "</a>", count: 33)
        #expect(throws: XMLError.self) { try parse(deep) }
        let wide = "<a>" + String(repeating: "<b/>", count: 100_000) + "</a>"
        #expect(try parse(wide).children.count == 100_000)
        #expect(throws: XMLError.self) { try parse(String(repeating: "<a>", count: 1_000_000)) }
    }

    @Test("text that is not UTF-8 is refused")
    func notUTF8() {
        #expect(throws: XMLError.self) {
            try XMLElement(parsing: Array("<a>".utf8) + [0xff] + Array("</a>".utf8))
        }
    }

    @Test("mutated documents never crash", arguments: 0..<200)
    func mutations(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var bytes = Array(
            "<?xml version=\"1.0\"?><L x=\"y\"><C><K>a&amp;b&#x41;</K></C><!-- z --><E/></L>".utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let index = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: index)
            default: bytes.insert(contentsOf: bytes.suffix(5), at: index)
            }
        }
        _ = try? XMLElement(parsing: bytes)
    }
}
