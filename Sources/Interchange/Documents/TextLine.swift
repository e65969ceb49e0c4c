/// One line of a text file: `key=value`, or `key` alone.
struct TextLine {
    /// Counted from 1.
    let number: Int
    let bytes: UnsafeBufferPointer<UInt8>

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What stands before the first `=`, or all of it.
    var key: String { String(decoding: bytes.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self) }

    /// What stands behind the first `=`; empty without one.
    var value: UnsafeBufferPointer<UInt8> {
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "=")) else {
            return UnsafeBufferPointer(rebasing: bytes[bytes.count...])
        }
        return UnsafeBufferPointer(rebasing: bytes[(mark + 1)...])
    }

    var valueText: String { String(decoding: value, as: UTF8.self) }

    /// The words of the value, separated by spaces.
    var words: [String] {
        value.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    }

    func failure(_ problem: String) -> InterchangeError {
        InterchangeError(.outOfSpec, "line \(number) (`\(key.prefix(40))`) \(problem)")
    }

    /// The numbers of the value, separated by spaces.
    /// - Throws: `outOfSpec` for a word that is no number, or for another count than `count`.
    func numbers(count: Int? = nil) throws(InterchangeError) -> [Double] {
        let value = value
        var numbers: [Double] = []
        numbers.reserveCapacity(min(count ?? 0, value.count / 2 + 1))
        var start = 0
        while start < value.count {
            if value[start] == UInt8(ascii: " ") {
                start += 1
                continue
            }
            var end = start
            while end < value.count, value[end] != UInt8(ascii: " ") { end += 1 }
            let word = UnsafeBufferPointer(rebasing: value[start..<end])
            guard let number = DecimalText.parse(word) else {
                throw failure("has a word that is no number, at column \(start + 1) of its value")
            }
            numbers.append(number)
            start = end
        }
        guard numbers.count == count ?? numbers.count else {
            throw failure("has \(numbers.count) numbers, expected \(count ?? 0)")
        }
        return numbers
    }

    /// - Throws: as `numbers`, and for one that is no whole number of the type.
    func integers<Integer: FixedWidthInteger>(
        _ type: Integer.Type, count: Int? = nil
    ) throws(InterchangeError) -> [Integer] {
        var result: [Integer] = []
        for number in try numbers(count: count) {
            guard let integer = Integer(exactly: number) else {
                throw failure("has \(number), which is no \(type)")
            }
            result.append(integer)
        }
        return result
    }
}

/// The lines of a text file, one after another.
struct TextLines {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var number = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// The next line without its end (`\n` or `\r\n`), or nil behind the last one.
    mutating func next() -> TextLine? {
        guard position < bytes.count else { return nil }
        var end = position
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        let last = end > position && bytes[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
        number += 1
        let line = TextLine(
            number: number, bytes: UnsafeBufferPointer(rebasing: bytes[position..<last]))
        position = end + 1
        return line
    }
}
