package import Models

/// Models that another library wrote, recognised by their content.
package enum ForeignModel {
    /// Reads a model of any format that `ForeignFormat` knows, and checks the result as a model
    /// file of our own is checked.
    /// - Parameter expected: the only format that will do; nil for any.
    /// - Throws: `outOfSpec`, `unsupported` or `limitExceeded`; the message says where and why.
    package static func decode(
        _ bytes: [UInt8], expected: ForeignFormat? = nil
    ) throws(InterchangeError) -> ModelArtifact {
        guard let format = ForeignFormat(head: bytes) else { throw unknown(bytes) }
        guard format == expected ?? format else {
            throw InterchangeError(
                .unsupported,
                "The file is no model of \(expected?.libraryName ?? ""): it begins as one of "
                    + "\(format.libraryName) does.")
        }
        do throws(InterchangeError) {
            let artifact: ModelArtifact
            switch format {
            case .lightgbm: artifact = try LightGBMImport.decode(bytes)
            case .xgboost: artifact = try XGBoostImport.decode(bytes)
            case .onnx: artifact = try ONNXImport.decode(bytes)
            }
            try check(artifact)
            return artifact
        } catch {
            throw InterchangeError(
                error.code, "Cannot read the model of \(format.libraryName): \(error.message).")
        }
    }

    /// Writes a model for another library.
    /// - Throws: `unsupported` for what the format cannot carry.
    package static func encode(
        _ artifact: ModelArtifact, for format: ForeignFormat
    ) throws(InterchangeError) -> [UInt8] {
        guard artifact.quantileLevels.isEmpty else {
            throw InterchangeError(
                .unsupported,
                "The model has \(artifact.quantileLevels.count) quantiles, and models of "
                    + "\(format.libraryName) predict one. Train each level by itself with "
                    + "--alpha, and convert those")
        }
        return switch format {
        case .lightgbm: try LightGBMExport.encode(artifact)
        case .xgboost: try XGBoostExport.encode(artifact)
        case .onnx: try ONNXExport.encode(artifact)
        }
    }

    private static func check(_ artifact: ModelArtifact) throws(InterchangeError) {
        do {
            try artifact.validate()
        } catch {
            throw InterchangeError(.outOfSpec, error.message)
        }
    }

    /// Names what the file is instead, where its first bytes say so.
    private static func unknown(_ bytes: [UInt8]) -> InterchangeError {
        let known: [(head: [UInt8], name: String, advice: String)] = [
            (
                Array("binf".utf8), "an XGBoost model in the old binary format",
                "Save it again with `Booster.save_model(\"model.json\")`."
            ),
            (
                [0x80], "a Python pickle",
                "Pickles run code and are not read: save the model with the library's own "
                    + "`save_model`."
            ),
            (
                Array("CBM1".utf8), "a CatBoost model",
                "Models of LightGBM, XGBoost and ONNX are read."
            ),
        ]
        if let match = known.first(where: { bytes.starts(with: $0.head) }) {
            return InterchangeError(.unsupported, "The file is \(match.name). \(match.advice)")
        }
        return InterchangeError(
            .outOfSpec,
            "Its \(bytes.count) bytes begin as no model does: neither Martlet's, nor LightGBM's "
                + "text, nor XGBoost's JSON or UBJSON, nor ONNX.")
    }
}

extension ForeignFormat {
    /// The library's name for people.
    package var libraryName: String {
        switch self {
        case .lightgbm: "LightGBM"
        case .xgboost: "XGBoost"
        case .onnx: "ONNX"
        }
    }
}
