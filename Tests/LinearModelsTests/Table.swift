import Columns
import LinearModels
import Models
import Threads

/// Columns to fit, with the trainer's plumbing.
struct Table {
    var features: [Feature] = []
    var columns: [Column] = []

    mutating func add(_ name: String, _ values: [Double?]) {
        let field = Field(name: name, type: .double)
        features.append(Feature(name: name, type: .double, encoding: .numeric))
        columns.append(
            Column(
                field: field, values: .double(ColumnBuffer(values.map { $0 ?? 0 })),
                validity: Validity(values.map { $0 != nil })))
    }

    mutating func add(_ name: String, _ values: [String?], categories: [String]) {
        let field = Field(name: name, type: .string)
        features.append(
            Feature(name: name, type: .string, encoding: .categorical(categories: categories)))
        columns.append(
            Column(
                field: field, values: .byteArrays(ByteArrays(values.map { $0 ?? "" })),
                validity: Validity(values.map { $0 != nil })))
    }

    var schema: FeatureSchema { FeatureSchema(features) }

    /// Adds the rows as one batch.
    func add(
        to sums: inout DesignAccumulator, rows: Range<Int>? = nil, target: [Double],
        weights: [Double]? = nil, pool: ThreadPool = ThreadPool(threadCount: 1)
    ) throws {
        let rows = rows ?? 0..<target.count
        let prepared = try zip(features, columns).map { feature, column in
            try FeatureEncoder(feature).prepare(column.rows(rows))
        }
        try target[rows].withUnsafeBufferPointer { target in
            try (weights ?? [])[weights == nil ? 0..<0 : rows].withUnsafeBufferPointer { buffer in
                try sums.add(
                    columns: prepared, target: target, weights: weights == nil ? nil : buffer,
                    pool: pool)
            }
        }
    }

    /// The sums of the rows as one shard, cut into batches at `cuts`.
    func sums(
        target: [Double], weights: [Double]? = nil, foldCount: Int = 1, threadCount: Int = 1,
        cuts: [Int] = []
    ) throws -> ShardMoments {
        let pool = ThreadPool(threadCount: threadCount)
        var sums = try DesignAccumulator(features: schema, foldCount: foldCount)
        var start = 0
        for end in cuts + [target.count] {
            try add(to: &sums, rows: start..<end, target: target, weights: weights, pool: pool)
            start = end
        }
        try sums.finishShard(pool: pool)
        return sums.moments
    }

    func fit(
        target: [Double], weights: [Double]? = nil, lambdaL2: Double, threadCount: Int = 1,
        cuts: [Int] = []
    ) throws -> LinearFit {
        try LeastSquares.fit(
            sums(target: target, weights: weights, threadCount: threadCount, cuts: cuts),
            penalty: .fixed(LinearPenalty(l2: lambdaL2)))
    }

    /// A generalized linear model, every pass over the same rows.
    func fit(
        _ loss: LinearLoss, target: [Double], weights: [Double]? = nil, lambdaL2: Double
    ) throws -> LinearFit {
        try iterate(
            GeneralizedLinearTrainer(
                sums(target: target, weights: weights), loss: loss, lambdaL2: lambdaL2),
            target: target, weights: weights)
    }

    /// Logistic or softmax regression by L-BFGS.
    func fitClasses(
        target: [Double], weights: [Double]? = nil, classCount: Int, isSoftmax: Bool = true,
        classWeights: [Double]? = nil, lambdaL2: Double, threadCount: Int = 1, cuts: [Int] = []
    ) throws -> LinearFit {
        var counted = [Double](repeating: 0, count: classCount)
        if classWeights == nil {
            for (row, code) in target.enumerated() { counted[Int(code)] += weights?[row] ?? 1 }
        }
        return try iterate(
            QuasiNewtonTrainer(
                sums(target: target, weights: weights, threadCount: threadCount, cuts: cuts),
                classWeights: classWeights ?? counted, isSoftmax: isSoftmax, lambdaL2: lambdaL2),
            target: target, weights: weights, threadCount: threadCount, cuts: cuts)
    }

    private func iterate(
        _ start: some IterativeTrainer, target: [Double], weights: [Double]?,
        threadCount: Int = 1, cuts: [Int] = []
    ) throws -> LinearFit {
        let pool = ThreadPool(threadCount: threadCount)
        var trainer = start
        while !trainer.isFinished {
            var sums = trainer.accumulator()
            var first = 0
            for end in cuts + [target.count] {
                try add(
                    to: &sums, rows: first..<end, target: target, weights: weights, pool: pool)
                first = end
            }
            try sums.finishShard(pool: pool)
            try trainer.finishPass(sums)
        }
        return trainer.fit
    }
}

extension Column {
    /// Some rows, copied.
    func rows(_ range: Range<Int>) -> Column {
        let chosen: ColumnValues
        switch values {
        case .double(let buffer): chosen = .double(ColumnBuffer(buffer.elements[range]))
        case .byteArrays(let texts):
            chosen = .byteArrays(
                ByteArrays(range.map { String(decoding: texts[$0], as: UTF8.self) }))
        default: preconditionFailure("tests have doubles and texts")
        }
        return Column(
            field: field, values: chosen, validity: Validity(range.map { !isNull($0) }))
    }
}
