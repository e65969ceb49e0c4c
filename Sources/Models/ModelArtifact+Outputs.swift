extension ModelArtifact {
    /// (outputCount) what columns call each output: its class, `q10` for the quantile at 0.1, the
    /// number of a target without a name, or nothing where there is only one.
    package var outputNames: [String] {
        if !quantileLevels.isEmpty { return quantileLevels.map(Self.quantileName) }
        if hasSeveralTargets { return (0..<outputCount).map { "\($0)" } }
        return outputCount == 1 ? [""] : target.classLabels
    }

    /// `q10`, `q2_5`: the percentile, in letters that Athena and Glue allow in names of columns.
    package static func quantileName(_ level: Double) -> String {
        // Ten decimals, so that 0.07 is not 7.000000000000001.
        let percent = (level * 1e12).rounded() / 1e10
        let text = percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
        return "q" + text.map { $0 == "." ? "_" : String($0) }.joined()
    }

    /// The output that stands for all where one number is wanted: of several quantiles the one
    /// nearest the median, the lower one of two that are as near.
    package var centralOutput: Int { Self.centralLevel(of: quantileLevels) }

    /// The level nearest one half, the first of two as near; 0 for none.
    package static func centralLevel(of levels: [Double]) -> Int {
        levels.indices.min {
            (abs(levels[$0] - 0.5), $0) < (abs(levels[$1] - 0.5), $1)
        } ?? 0
    }

    /// One of several quantiles as a model of its own.
    package func quantile(_ output: Int) -> ModelArtifact {
        guard quantileLevels.indices.contains(output), case .trees(let ensemble) = kind else {
            return self
        }
        var single = self
        single.kind = .trees(ensemble.output(output))
        single.alpha = quantileLevels[output]
        single.quantileLevels = []
        single.transform = .identity
        single.calibration = nil
        return single
    }
}
