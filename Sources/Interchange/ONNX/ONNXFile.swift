/// An ONNX model, taken apart as far as tree ensembles need; field numbers are those of onnx.proto.
struct ONNXFile {
    /// One operator.
    struct Node {
        var inputs: [String] = []
        var outputs: [String] = []
        /// `TreeEnsembleRegressor`
        var operation = ""
        var integers: [String: [Int]] = [:]
        var numbers: [String: [Double]] = [:]
        var texts: [String: [String]] = [:]
    }

    /// A column, or a matrix, that the graph is given.
    struct Input {
        var name = ""
        /// `TensorProto.DataType`
        var elementType = 0
        /// Columns; nil where the file leaves it open.
        var width: Int?
    }

    private(set) var producer = ""
    private(set) var nodes: [Node] = []
    private(set) var inputs: [Input] = []
    private(set) var outputs: [String] = []
    /// Names of constants.
    private(set) var constants: Set<String> = []

    /// - Throws: `outOfSpec` with the byte.
    init(_ bytes: [UInt8]) throws(InterchangeError) {
        var model = ProtobufReader(bytes[...])
        var version = ""
        var domains: Set<String> = []
        while let field = try model.next() {
            switch field.number {
            case 2: producer = field.value.text ?? ""
            case 3: version = field.value.text ?? ""
            case 7: try readGraph(field.value.message)
            case 8: domains.insert(try Self.name(field.value.message, field: 1))
            default: break
            }
        }
        // The last member that every model has; a file that was cut off lacks it.
        guard domains.contains(ONNXExport.learning) else {
            throw InterchangeError(
                .outOfSpec, "`opset_import` does not name the operators `\(ONNXExport.learning)`")
        }
        if !version.isEmpty { producer += " \(version)" }
    }

    private mutating func readGraph(_ message: ProtobufReader) throws(InterchangeError) {
        var graph = message
        while let field = try graph.next() {
            switch field.number {
            case 1: nodes.append(try Self.node(field.value.message))
            case 5: constants.insert(try Self.name(field.value.message, field: 8))
            case 11: inputs.append(try Self.input(field.value.message))
            case 12: outputs.append(try Self.name(field.value.message, field: 1))
            default: break
            }
        }
    }

    private static func name(
        _ message: ProtobufReader, field number: Int
    ) throws(InterchangeError) -> String {
        var message = message
        while let field = try message.next() {
            if field.number == number { return field.value.text ?? "" }
        }
        return ""
    }

    private static func node(_ message: ProtobufReader) throws(InterchangeError) -> Node {
        var message = message
        var node = Node()
        while let field = try message.next() {
            switch field.number {
            case 1: node.inputs.append(field.value.text ?? "")
            case 2: node.outputs.append(field.value.text ?? "")
            case 4: node.operation = field.value.text ?? ""
            case 5: try readAttribute(field.value.message, into: &node)
            default: break
            }
        }
        return node
    }

    private static func readAttribute(
        _ message: ProtobufReader, into node: inout Node
    ) throws(InterchangeError) {
        var message = message
        var name = ""
        var integers: [Int] = []
        var numbers: [Double] = []
        var texts: [String] = []
        while let field = try message.next() {
            switch field.number {
            case 1: name = field.value.text ?? ""
            case 2, 7: try field.value.append(to: &numbers, width: 4)
            case 3, 8: try field.value.append(to: &integers)
            case 4, 9:
                guard let text = field.value.text else {
                    throw InterchangeError(.outOfSpec, "the attribute `\(name)` is no text")
                }
                texts.append(text)
            case 5: numbers += try tensor(field.value.message)
            default: break
            }
        }
        if !integers.isEmpty { node.integers[name] = integers }
        if !numbers.isEmpty { node.numbers[name] = numbers }
        if !texts.isEmpty { node.texts[name] = texts }
    }

    /// The floats or doubles of a tensor; none of another type.
    private static func tensor(_ message: ProtobufReader) throws(InterchangeError) -> [Double] {
        var message = message
        var type = 0
        var numbers: [Double] = []
        var raw: ProtobufReader.Value?
        while let field = try message.next() {
            switch field.number {
            case 2: type = field.value.integer ?? 0
            case 4: try field.value.append(to: &numbers, width: 4)
            case 9: raw = field.value
            case 10: try field.value.append(to: &numbers, width: 8)
            default: break
            }
        }
        if type == ONNXGraph.ElementType.float.rawValue {
            try raw?.append(to: &numbers, width: 4)
        } else if type == ONNXGraph.ElementType.double.rawValue {
            try raw?.append(to: &numbers, width: 8)
        }
        return numbers
    }

    /// `ValueInfoProto`: a tensor's type and its second dimension.
    private static func input(_ message: ProtobufReader) throws(InterchangeError) -> Input {
        var message = message
        var input = Input()
        var tensor: ProtobufReader?
        while let field = try message.next() {
            switch field.number {
            case 1: input.name = field.value.text ?? ""
            case 2:
                var type = field.value.message
                while let field = try type.next() {
                    if field.number == 1 { tensor = field.value.message }
                }
            default: break
            }
        }
        while let field = try tensor?.next() {
            switch field.number {
            case 1: input.elementType = field.value.integer ?? 0
            case 2: input.width = try width(field.value.message)
            default: break
            }
        }
        return input
    }

    private static func width(_ message: ProtobufReader) throws(InterchangeError) -> Int? {
        var shape = message
        var dimensions: [Int?] = []
        while let field = try shape.next() {
            guard field.number == 1 else { continue }
            var dimension = field.value.message
            var value: Int?
            while let field = try dimension.next() {
                if field.number == 1 { value = field.value.integer }
            }
            dimensions.append(value)
        }
        return dimensions.count == 2 ? dimensions[1] : nil
    }
}
