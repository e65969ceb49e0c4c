import Columns
import FoundationEssentials
import Models

/// Which parameters a search varies, and within which values: a JSON object by name.
///
/// `{"learning_rate": {"log_uniform": [0.01, 0.3]}, "num_leaves": {"integer": [7, 127]},
/// "grow_policy": ["lossguide", "depthwise"]}`
struct SearchSpace: Hashable, Sendable {
    /// By the parameter's own name.
    let dimensions: [String: SearchDimension]

    /// Parameters that change neither which rows and columns are read nor what is measured.
    static let tunable = [
        "learning_rate", "num_iterations", "num_leaves", "max_depth", "max_bin",
        "min_data_in_leaf", "min_sum_hessian_in_leaf", "lambda_l1", "lambda_l2",
        "min_gain_to_split", "max_delta_step", "path_smooth", "grow_policy", "extra_trees",
        "feature_fraction", "feature_fraction_bynode", "bagging_fraction", "bagging_freq",
        "data_sample_strategy", "top_rate", "other_rate", "scale_pos_weight", "is_unbalance",
        "tweedie_variance_power", "poisson_max_delta_step", "fair_c",
    ]

    /// What is searched where nothing is declared.
    static let standard = SearchSpace(dimensions: [
        "learning_rate": .logUniform(0.02...0.3), "num_leaves": .logInteger(8...128),
        "min_data_in_leaf": .logInteger(5...200), "feature_fraction": .uniform(0.5...1),
        "lambda_l2": .logUniform(0.001...100),
    ])

    /// Space files are small; what is larger is something else.
    static let byteCountMax = 1 << 20

    private init(dimensions: [String: SearchDimension]) { self.dimensions = dimensions }

    /// - Parameter name: how messages call the text.
    /// - Throws: `configInvalid` for text that is no such object, for a name that is no parameter
    ///   or cannot be searched, and for values that the parameter does not allow.
    init(parsing text: String, name: String) throws(JobFailure) {
        guard let document = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)),
            case .object(let entries) = document, !entries.isEmpty
        else {
            throw JobFailure(
                .configInvalid, "The search space is not a JSON object of parameters.",
                place: .init(object: name),
                remedy: #"Write one object, like {"num_leaves": {"integer": [7, 127]}}."#)
        }
        var dimensions: [String: SearchDimension] = [:]
        for (key, value) in entries.sorted(by: { $0.key < $1.key }) {
            let parameter = try Self.parameter(key, in: name)
            guard dimensions[parameter.name] == nil else {
                throw Self.wrong(
                    "'\(key)' says the same as another key ('\(parameter.name)').", name)
            }
            let dimension = try Self.dimension(value, of: key, in: name)
            try Self.check(dimension, of: parameter)
            dimensions[parameter.name] = dimension
        }
        self.dimensions = dimensions
    }

    /// The values of a trial. Those of one parameter depend on the seed, the trial's number and the
    /// parameter's name alone.
    func draw(trial: Int, seed: UInt64) -> [String: JSONValue] {
        Dictionary(
            uniqueKeysWithValues: dimensions.map { name, dimension in
                // FNV-1a of the name.
                let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
                    ($0 ^ UInt64($1)) &* 0x100_0000_01B3
                }
                var random = RandomStream(seed: seed ^ hash, row: UInt64(trial))
                return (name, dimension.draw(&random))
            })
    }

    /// The same text for the same space.
    var canonicalText: String {
        dimensions.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            .joined(separator: ";")
    }

    private static func parameter(_ key: String, in name: String) throws(JobFailure) -> Parameter {
        let parameter = ParameterTable.parameter(named: key)
        if let parameter, tunable.contains(parameter.name) { return parameter }
        let nearest = NearestName.find(key, in: tunable).map { " Did you mean '\($0)'?" } ?? ""
        throw JobFailure(
            .configInvalid,
            parameter == nil
                ? "The search space names '\(key)', which is no parameter.\(nearest)"
                : "The parameter '\(key)' cannot be searched.\(nearest)",
            place: .init(object: name), remedy: "These can: \(tunable.joined(separator: ", ")).")
    }

    private static func dimension(
        _ value: JSONValue, of key: String, in name: String
    ) throws(JobFailure) -> SearchDimension {
        if case .array(let values) = value { return try choice(values, of: key, in: name) }
        guard case .object(let entries) = value, entries.count == 1,
            let (kind, content) = entries.first
        else {
            throw wrong(
                "'\(key)' must be a list of values, or an object with one of "
                    + SearchDimension.kinds.joined(separator: ", ") + ".", name)
        }
        guard SearchDimension.kinds.contains(kind) else {
            let nearest = NearestName.find(kind, in: SearchDimension.kinds)
                .map { " Did you mean '\($0)'?" }
            throw wrong(
                "'\(key)': '\(kind)' is none of "
                    + "\(SearchDimension.kinds.joined(separator: ", ")).\(nearest ?? "")", name)
        }
        guard case .array(let values) = content else {
            throw wrong("'\(key)': '\(kind)' needs a list.", name)
        }
        if kind == "choice" { return try choice(values, of: key, in: name) }
        let numbers = values.compactMap(\.finiteNumber)
        guard values.count == 2, numbers.count == 2, numbers[0] < numbers[1] else {
            throw wrong("'\(key)': '\(kind)' needs two numbers, the smaller one first.", name)
        }
        if kind.hasPrefix("log"), numbers[0] < 1e-300 {
            throw wrong("'\(key)': '\(kind)' needs numbers above 0.", name)
        }
        guard kind.hasSuffix("integer") else {
            let range = numbers[0]...numbers[1]
            return kind == "uniform" ? .uniform(range) : .logUniform(range)
        }
        guard let low = Int(exactly: numbers[0]), let high = Int(exactly: numbers[1]) else {
            throw wrong("'\(key)': '\(kind)' needs whole numbers.", name)
        }
        return kind == "integer" ? .integer(low...high) : .logInteger(low...high)
    }

    private static func choice(
        _ values: [JSONValue], of key: String, in name: String
    ) throws(JobFailure) -> SearchDimension {
        let isPlain = values.allSatisfy { value in
            switch value {
            case .bool, .integer, .number, .string: true
            case .null, .array, .object: false
            }
        }
        guard !values.isEmpty, isPlain else {
            throw wrong("'\(key)': a choice needs numbers, texts, true or false.", name)
        }
        return .choice(values)
    }

    /// - Throws: `configInvalid` when the parameter does not allow all values.
    private static func check(
        _ dimension: SearchDimension, of parameter: Parameter
    ) throws(JobFailure) {
        if case .integer = parameter.kind {
            switch dimension {
            case .uniform, .logUniform:
                throw JobFailure(
                    .configInvalid,
                    "'\(parameter.name)' in the search space takes whole numbers.",
                    remedy: "Use integer or log_integer.")
            default: break
            }
        }
        for value in dimension.extremes {
            let values = JobValues(
                command: .tune, layers: [[parameter.name: .searched(value)]])
            switch parameter.kind {
            case .integer: _ = try values.optionalInteger(parameter.name)
            case .number: _ = try values.optionalNumber(parameter.name)
            case .flag: _ = try values.flag(parameter.name)
            default: _ = try values.text(parameter.name)
            }
        }
    }

    private static func wrong(_ problem: String, _ name: String) -> JobFailure {
        JobFailure(
            .configInvalid, "The search space is wrong: \(problem)", place: .init(object: name))
    }
}

extension ParameterValue {
    /// A value that a search gives a parameter.
    static func searched(_ value: JSONValue) -> ParameterValue {
        if case .bool(let flag) = value { return ParameterValue(.flag(flag), from: .searchSpace) }
        return ParameterValue(.text(value.plainText), from: .searchSpace)
    }
}

extension JSONValue {
    fileprivate var finiteNumber: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value) where value.isFinite: value
        default: nil
        }
    }

    /// As it would be typed on the command line.
    var plainText: String {
        switch self {
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): Int64(exactly: value).map { "\($0)" } ?? "\(value)"
        case .string(let value): value
        case .null, .array, .object: ""
        }
    }
}
