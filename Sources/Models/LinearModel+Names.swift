extension LinearModel.Term.Kind {
    /// What people are told of a column: `age`, `age is missing`, `workclass=Private`.
    package func name(of feature: Feature) -> String {
        switch self {
        case .value: return feature.name
        case .missing: return feature.name + " is missing"
        case .category(let code):
            guard case .categorical(let categories) = feature.encoding else { return feature.name }
            let index = Int(code)
            if index < categories.count { return feature.name + "=" + categories[index] }
            return feature.name
                + (index == categories.count ? " is missing" : " is another value")
        }
    }
}
