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

    func trainer(lambdaL2: Double) throws -> RidgeTrainer {
        try RidgeTrainer(features: FeatureSchema(features), lambdaL2: lambdaL2)
    }

    func add(
        to trainer: inout RidgeTrainer, target: [Double], weights: [Double]? = nil,
        threadCount: Int = 1
    ) throws {
        let prepared = try zip(features, columns).map { try FeatureEncoder($0).prepare($1) }
        let pool = ThreadPool(threadCount: threadCount)
        try target.withUnsafeBufferPointer { target in
            try (weights ?? []).withUnsafeBufferPointer { buffer in
                try trainer.add(
                    columns: prepared, target: target, weights: weights == nil ? nil : buffer,
                    pool: pool)
            }
        }
    }

    func fit(
        target: [Double], weights: [Double]? = nil, lambdaL2: Double, threadCount: Int = 1
    ) throws -> RidgeFit {
        var trainer = try trainer(lambdaL2: lambdaL2)
        try add(to: &trainer, target: target, weights: weights, threadCount: threadCount)
        return try trainer.solve()
    }
}
