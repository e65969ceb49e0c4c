import TestSupport

/// A damaged file: the same for the same files, seed and number.
struct Mutant {
    let name: String
    let bytes: [UInt8]

    init(_ corpus: Corpus, seed: UInt64, number: Int) {
        var generator = SeededGenerator(
            seed: seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
        let original = corpus.files[Int.random(in: corpus.files.indices, using: &generator)]
        name = original.name
        guard name.hasSuffix(".parquet") else {
            var mutation = ModelMutation(generator: generator)
            bytes = mutation.mutate(
                original.bytes, isOwn: name.hasSuffix(Corpus.ownSuffix))
            return
        }
        var bytes = original.bytes
        let kind = Int.random(in: 0..<10, using: &generator)
        let count = Int.random(in: 1...3, using: &generator)
        let mutated: [UInt8]? =
            switch kind {
            case 0, 1, 2: nil
            case 3, 4, 5: Self.footer(bytes, count, &generator)
            case 6: Self.headers(bytes, &generator)
            case 7: Self.indexes(bytes, &generator)
            default: Self.contents(bytes, count, &generator)
            }
        if let mutated {
            bytes = mutated
        } else {
            var mutation = ByteMutation(generator: generator)
            // Half of the changes hit the footer, which is the smaller part of most files.
            let tail = max(0, bytes.count - 1_024)..<bytes.count
            for index in 0..<count {
                mutation.mutate(
                    &bytes,
                    in: (kind + index) % 2 == 0 && !tail.isEmpty
                        && tail.upperBound <= bytes.count ? tail : nil)
            }
        }
        self.bytes = bytes
    }

    /// Fields of the footer.
    private static func footer(
        _ bytes: [UInt8], _ count: Int, _ generator: inout SeededGenerator
    ) -> [UInt8]? {
        guard var file = ParquetSurgery(bytes) else { return nil }
        var mutation = ThriftMutation(generator: generator, interesting: file.interesting)
        for _ in 0..<count { file.footer = mutation.mutate(file.footer) }
        return file.file
    }

    /// Fields of a page header.
    private static func headers(
        _ bytes: [UInt8], _ generator: inout SeededGenerator
    ) -> [UInt8]? {
        guard var file = ParquetSurgery(bytes),
            let place = file.chunks.randomElement(using: &generator)
        else { return nil }
        var pages = file.pages(of: place)
        guard let index = pages.indices.randomElement(using: &generator) else { return nil }
        var mutation = ThriftMutation(generator: generator, interesting: file.interesting)
        pages[index].header = mutation.mutate(pages[index].header)
        file.replace(place, by: pages, isUncompressed: false)
        return file.file
    }

    /// Levels and encoded values, with headers that fit, as no checksum or codec stops them.
    private static func contents(
        _ bytes: [UInt8], _ count: Int, _ generator: inout SeededGenerator
    ) -> [UInt8]? {
        guard var file = ParquetSurgery(bytes),
            let place = file.chunks.randomElement(using: &generator)
        else { return nil }
        let codec = file.codec(of: place)
        var pages = file.pages(of: place).compactMap { ParquetSurgery.decompressed($0, codec) }
        guard let index = pages.indices.randomElement(using: &generator) else { return nil }
        var mutation = ByteMutation(generator: generator)
        for step in 0..<count {
            // Levels, bit widths and lengths stand at the beginning.
            let head = 0..<min(24, pages[index].content.count)
            mutation.mutate(&pages[index].content, in: step % 2 == 0 ? head : nil)
        }
        for page in pages.indices { ParquetSurgery.setSizes(&pages[page]) }
        if Int.random(in: 0..<4, using: &generator) == 0 {
            ParquetSurgery.setSizes(
                &pages[index], uncompressed: Int64.random(in: -1...100_000, using: &generator))
        }
        file.replace(place, by: pages, isUncompressed: true)
        return file.file
    }

    /// Page indexes and bloom filters, by the offsets that the footer gives.
    private static func indexes(
        _ bytes: [UInt8], _ generator: inout SeededGenerator
    ) -> [UInt8]? {
        guard let file = ParquetSurgery(bytes) else { return nil }
        let ranges = file.indexRanges
        guard let range = ranges.randomElement(using: &generator) else { return nil }
        var mutated = bytes
        var position = range.lowerBound
        if let tree = try? ThriftValue.structure(in: bytes, at: &position) {
            var mutation = ThriftMutation(generator: generator, interesting: file.interesting)
            // What is longer or shorter than before is cut or padded: offsets stay as they are.
            let changed = mutation.mutate(tree).serialized.prefix(position - range.lowerBound)
            mutated.replaceSubrange(
                range.lowerBound..<range.lowerBound + changed.count, with: changed)
            return mutated
        }
        var mutation = ByteMutation(generator: generator)
        mutation.mutate(&mutated, in: range)
        return mutated
    }
}

extension ParquetSurgery {
    /// Where column indexes, offset indexes and bloom filters lie.
    fileprivate var indexRanges: [Range<Int>] {
        chunks.flatMap { place -> [Range<Int>] in
            guard let chunk = footer[4]?[position: place.rowGroup]?[1]?[position: place.column]
            else { return [] }
            let metadata = chunk[3]
            return [
                (chunk[4]?.integer, chunk[5]?.integer), (chunk[6]?.integer, chunk[7]?.integer),
                (metadata?[14]?.integer, 80),
            ].compactMap { offset, byteCount in
                guard let offset, let byteCount, offset > 0, byteCount > 0,
                    offset + byteCount <= body.count
                else { return nil }
                return Int(offset)..<Int(offset + byteCount)
            }
        }
    }
}
