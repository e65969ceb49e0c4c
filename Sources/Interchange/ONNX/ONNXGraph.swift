/// A graph of ONNX operators in the making; field numbers are those of onnx.proto.
struct ONNXGraph {
    enum ElementType: Int {
        case float = 1
        case int64 = 7
        case string = 8
        case double = 11
    }

    enum Attribute {
        case integer(Int)
        case integers([Int])
        case text(String)
        case texts([String])
        case doubles([Double])
    }

    /// Operators of the standard and of the machine-learning domain that graphs are written for.
    private static let versions = [("", 13), ("ai.onnx.ml", 3)]
    private static let formatVersion = 7

    private var nodes: [[UInt8]] = []
    private var initializers: [[UInt8]] = []
    private var inputs: [[UInt8]] = []
    private var outputs: [[UInt8]] = []
    private var nameCount = 0

    mutating func addInput(_ name: String, _ type: ElementType) {
        inputs.append(Self.value(name, type, width: 1))
    }

    mutating func addOutput(_ name: String, _ type: ElementType, width: Int) {
        outputs.append(Self.value(name, type, width: width))
    }

    /// A constant of doubles, or of integers: its name.
    mutating func constant(_ values: [Double], shape: [Int]) -> String {
        constant(.double, shape: shape, raw: values.flatMap { Self.bytes($0.bitPattern) })
    }

    mutating func constant(_ values: [Int], shape: [Int]) -> String {
        constant(
            .int64, shape: shape, raw: values.flatMap { Self.bytes(UInt64(bitPattern: Int64($0))) })
    }

    /// Adds an operator; the name of its result.
    mutating func add(
        _ operation: String, _ inputs: [String], domain: String = "",
        attributes: [(name: String, value: Attribute)] = [], result: String? = nil
    ) -> String {
        let output = result ?? nextName()
        var node = ProtobufWriter()
        for input in inputs { node.append(1, input) }
        node.append(2, output)
        node.append(4, operation)
        for attribute in attributes {
            node.append(5, Self.attribute(attribute.name, attribute.value))
        }
        node.append(7, domain)
        nodes.append(node.bytes)
        return output
    }

    /// The bytes of the model.
    func model(name: String) -> [UInt8] {
        var model = ProtobufWriter()
        model.append(1, Self.formatVersion)
        model.append(2, "Martlet")
        model.append(7) { graph in
            for node in nodes { graph.append(1, node) }
            graph.append(2, name)
            for initializer in initializers { graph.append(5, initializer) }
            for input in inputs { graph.append(11, input) }
            for output in outputs { graph.append(12, output) }
        }
        for (domain, version) in Self.versions {
            model.append(8) { opset in
                opset.append(1, domain)
                opset.append(2, version)
            }
        }
        return model.bytes
    }

    /// Names of results begin with a colon, which keeps them apart from those of columns.
    private mutating func nextName() -> String {
        nameCount += 1
        return ":\(nameCount)"
    }

    private mutating func constant(_ type: ElementType, shape: [Int], raw: [UInt8]) -> String {
        let name = nextName()
        initializers.append(Self.tensor(name, type, shape: shape, raw: raw))
        return name
    }

    private static func bytes(_ bits: UInt64) -> [UInt8] {
        withUnsafeBytes(of: bits.littleEndian) { Array($0) }
    }

    private static func tensor(
        _ name: String, _ type: ElementType, shape: [Int], raw: [UInt8]
    ) -> [UInt8] {
        var tensor = ProtobufWriter()
        tensor.append(1, shape)
        tensor.append(2, type.rawValue)
        tensor.append(8, name)
        tensor.append(9, raw)
        return tensor.bytes
    }

    private static func attribute(_ name: String, _ value: Attribute) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.append(1, name)
        switch value {
        case .integer(let value):
            writer.append(3, value)
            writer.append(20, 2)
        case .integers(let values):
            writer.append(8, values)
            writer.append(20, 7)
        case .text(let text):
            writer.append(4, text)
            writer.append(20, 3)
        case .texts(let texts):
            for text in texts { writer.append(9, text) }
            writer.append(20, 8)
        case .doubles(let values):
            writer.append(
                5,
                tensor(
                    name, .double, shape: [values.count],
                    raw: values.flatMap { bytes($0.bitPattern) }))
            writer.append(20, 4)
        }
        return writer.bytes
    }

    /// (rows × `width`)
    private static func value(_ name: String, _ type: ElementType, width: Int) -> [UInt8] {
        var value = ProtobufWriter()
        value.append(1, name)
        value.append(2) { holder in
            holder.append(1) { tensor in
                tensor.append(1, type.rawValue)
                tensor.append(2) { shape in
                    shape.append(1) { $0.append(2, "rows") }
                    shape.append(1) { $0.append(1, width) }
                }
            }
        }
        return value.bytes
    }
}
