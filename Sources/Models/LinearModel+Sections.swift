extension LinearModel {
    func append(to sections: inout SectionWriter) {
        sections.append("intercept", intercepts)
        sections.append("coefficient", coefficients)
        sections.append("term_feature", terms.map(\.feature))
        sections.append("term_kind", terms.map { $0.kind.tag })
        sections.append("term_code", terms.map { $0.kind.code })
        sections.append("term_mean", terms.map(\.mean))
        sections.append("term_scale", terms.map(\.scale))
    }

    /// - Throws: `outOfSpec` when the arrays' lengths do not agree or a kind does not exist.
    init(from sections: inout SectionReader, outputCount: Int) throws(ModelError) {
        guard outputCount >= 1 else {
            throw ModelError(.outOfSpec, "the header has \(outputCount) outputs")
        }
        let intercepts = try sections.double("intercept", count: outputCount)
        let coefficients = try sections.double("coefficient")
        let feature = try sections.int32("term_feature")
        let tag = try sections.uint8("term_kind", count: feature.count)
        let code = try sections.int32("term_code", count: feature.count)
        let mean = try sections.double("term_mean", count: feature.count)
        let scale = try sections.double("term_scale", count: feature.count)
        let expected = feature.count.multipliedReportingOverflow(by: outputCount)
        guard !expected.overflow, coefficients.count == expected.partialValue else {
            throw ModelError(
                .outOfSpec,
                "\(coefficients.count) coefficients for \(feature.count) terms and "
                    + "\(outputCount) outputs")
        }
        var terms: [Term] = []
        for index in feature.indices {
            guard let kind = Term.Kind(tag: tag[index], code: code[index]) else {
                throw ModelError(.outOfSpec, "term \(index) is of kind \(tag[index])")
            }
            terms.append(
                Term(
                    feature: feature[index], kind: kind, mean: mean[index], scale: scale[index]))
        }
        self.init(
            terms: terms, outputCount: outputCount, intercepts: intercepts,
            coefficients: coefficients)
    }
}

extension LinearModel.Term.Kind {
    fileprivate var tag: UInt8 {
        switch self {
        case .value: 0
        case .missing: 1
        case .category: 2
        }
    }

    fileprivate var code: Int32 {
        if case .category(let code) = self { return code }
        return -1
    }

    fileprivate init?(tag: UInt8, code: Int32) {
        switch (tag, code) {
        case (0, -1): self = .value
        case (1, -1): self = .missing
        case (2, 0...): self = .category(code: code)
        default: return nil
        }
    }
}
