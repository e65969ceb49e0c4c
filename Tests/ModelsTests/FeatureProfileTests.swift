import Columns
import Models
import Testing

@Suite("FeatureProfile")
struct FeatureProfileTests {
    private func profile(_ values: [Double], _ encoding: Feature.Encoding) -> FeatureProfile {
        var profile = FeatureProfile()
        values.withUnsafeBufferPointer {
            profile.add($0, of: Feature(name: "x", type: .double, encoding: encoding))
        }
        return profile
    }

    @Test("numbers: range of what is there")
    func numbers() {
        var whole = profile([3, .nan, -1, 2], .numeric)
        #expect(
            whole
                == FeatureProfile(rowCount: 4, missingCount: 1, minimum: -1, maximum: 3))
        whole.merge(profile([.nan], .numeric))
        whole.merge(profile([7], .numeric))
        #expect(
            whole
                == FeatureProfile(rowCount: 6, missingCount: 2, minimum: -1, maximum: 7))
        #expect(profile([.nan], .numeric).minimum == nil)
    }

    @Test("categories: missing and other")
    func categories() {
        #expect(
            profile([0, 1, 2, 3, 3], .categorical(categories: ["a", "b"]))
                == FeatureProfile(rowCount: 5, missingCount: 1, otherCount: 2))
    }
}
