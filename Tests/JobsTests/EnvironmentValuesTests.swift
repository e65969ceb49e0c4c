import ObjectStores
import Testing

@testable import Jobs

@Suite("EnvironmentValues")
struct EnvironmentValuesTests {
    @Test("parameters of the command, by name or alias; others are left alone")
    func readsVariables() throws {
        let values = try EnvironmentValues.read(
            [
                "MARTLET_ETA": "0.2", "MARTLET_DATA": "s3://in/", "MARTLET_KEEP": "x",
                "MARTLET_JOB": "{}", "MARTLET_LOG_LEVEL": "debug", "PATH": "/bin",
                "MARTLET_SERVICE_HOST": "10.0.0.1", "martlet_seed": "3",
            ], for: .train)
        #expect(
            values.mapValues(\.content) == [
                "learning_rate": .text("0.2"), "data": .text("s3://in/"),
            ])
        #expect(values["learning_rate"]?.source == .environment(variable: "MARTLET_ETA"))
    }

    @Test("a slip is refused, with the variable that was meant")
    func refusesSlips() {
        let failure = #expect(throws: JobFailure.self) {
            try EnvironmentValues.read(["MARTLET_LERNING_RATE": "1"], for: .train)
        }
        #expect(failure?.name == .configInvalid)
        #expect(failure?.remedy == "Did you mean MARTLET_LEARNING_RATE?")
    }

    @Test("two variables for one parameter are refused")
    func refusesDoubled() {
        let failure = #expect(throws: JobFailure.self) {
            try EnvironmentValues.read(
                ["MARTLET_ETA": "1", "MARTLET_LEARNING_RATE": "1"], for: .train)
        }
        #expect(failure?.message.contains("MARTLET_ETA") == true)
    }
}
