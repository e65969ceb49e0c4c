package import Models

extension DesignMoments {
    /// Doubles that `flat` has for a layout.
    static func flatCount(_ layout: DesignLayout) -> Int {
        let dense = layout.denseCount
        let indicators = layout.indicatorCount
        return 1 + dense + dense * (dense + 1) + 2 * dense * indicators
            + indicators * (indicators - 1) / 2
    }

    /// All sums in a fixed order: rows; shifts; products of dense columns j, i ≤ j; sums of each
    /// dense column over each indicator; weights of pairs of indicators a, b > a. A product and a
    /// sum are two numbers: its double, and what rounding took off.
    var flat: [Double] {
        let dense = layout.denseCount
        let indicators = layout.indicatorCount
        var values = [Double(rowCount)] + shifts
        values.reserveCapacity(Self.flatCount(layout))
        for j in 0..<dense {
            for i in 0...j {
                let product = product(i, j)
                values += [product.high, product.low]
            }
        }
        for column in 0..<dense {
            for a in 0..<indicators {
                let sum = sum(indicator: a, dense: column)
                values += [sum.high, sum.low]
            }
        }
        for a in 0..<indicators {
            for b in indices(above: a) { values.append(pair(a, b)) }
        }
        return values
    }

    private func indices(above a: Int) -> Range<Int> {
        min(a + 1, layout.indicatorCount)..<layout.indicatorCount
    }

    /// - Parameters:
    ///   - flat: (flatCount) as `flat` wrote them.
    ///   - indicators: (the writer's indicators) where each stands in `layout`; several may share
    ///     a place.
    ///   - writer: the layout that wrote them, of the same numbers in the same order.
    init(_ flat: ArraySlice<Double>, writer: DesignLayout, layout: DesignLayout, indicators: [Int])
    {
        precondition(flat.count == Self.flatCount(writer))
        precondition(writer.denseCount == layout.denseCount)
        precondition(indicators.count == writer.indicatorCount)
        var next = flat.startIndex
        func take() -> Double {
            next += 1
            return flat[next - 1]
        }
        func takePair() -> DoubleDouble {
            let high = take()
            return DoubleDouble(high: high, low: take())
        }
        let rows = take()
        self.init(layout, shifts: (0..<layout.denseCount).map { _ in take() })
        rowCount = Int(rows)
        for j in 0..<layout.denseCount {
            for i in 0...j { setProduct(takePair(), i, j) }
        }
        for column in 0..<layout.denseCount {
            for a in indicators { addSum(takePair(), indicator: a, dense: column) }
        }
        for a in 0..<writer.indicatorCount {
            for b in min(a + 1, writer.indicatorCount)..<writer.indicatorCount {
                let value = take()
                if value != 0 { addPair(value, indicators[a], indicators[b]) }
            }
        }
    }
}

extension ShardMoments {
    /// Where the indicators of one schema stand among those of another.
    ///
    /// A category that `target` does not list is one of its other values.
    static func indicatorPlaces(_ source: DesignLayout, in target: DesignLayout) -> [Int] {
        var places: [Int] = []
        for (index, feature) in source.features.features.enumerated() {
            let start = target.indicatorStarts[index]
            guard case .categorical(let own) = feature.encoding,
                case .categorical(let listed) = target.features.features[index].encoding
            else {
                places.append(start)
                continue
            }
            let codes = Dictionary(
                listed.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            places += own.map { start + (codes[$0] ?? listed.count + 1) }
            places += [start + listed.count, start + listed.count + 1]
        }
        return places
    }

    /// All sums of all folds, one behind the other.
    package var flat: [Double] { folds.flatMap(\.flat) }

    /// - Parameters:
    ///   - flat: as `flat` wrote them for `writer`.
    ///   - features: the same columns, with categories of more shards.
    /// - Throws: `outOfSpec` when their number does not fit, or one is no number; `limitExceeded`.
    package init(
        flat: ArraySlice<Double>, foldCount: Int, writer: FeatureSchema, features: FeatureSchema
    ) throws(LinearModelError) {
        let source = try DesignLayout(writer)
        let layout = try DesignLayout(features)
        let size = DesignMoments.flatCount(source)
        guard foldCount > 0, flat.count == size * foldCount, flat.allSatisfy(\.isFinite),
            source.denseCount == layout.denseCount,
            source.features.names == layout.features.names
        else {
            throw LinearModelError(
                .outOfSpec,
                "The statistics of a shard do not have the sums that their columns need.")
        }
        let places = Self.indicatorPlaces(source, in: layout)
        var folds: [DesignMoments] = []
        for fold in 0..<foldCount {
            let start = flat.startIndex + fold * size
            let rows = flat[start]
            guard rows >= 0, rows < 0x1p53, rows == rows.rounded() else {
                throw LinearModelError(.outOfSpec, "The statistics are of \(rows) rows.")
            }
            folds.append(
                DesignMoments(
                    flat[start..<start + size], writer: source, layout: layout,
                    indicators: places))
        }
        self.init(folds: folds)
    }

    /// Numbers that the sums of one shard take.
    package static func flatCount(
        _ features: FeatureSchema, foldCount: Int
    ) throws(LinearModelError) -> Int {
        DesignMoments.flatCount(try DesignLayout(features)) * foldCount
    }
}
