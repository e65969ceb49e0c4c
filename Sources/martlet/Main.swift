import ArgumentParser
import Jobs

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@main
enum Main {
    static func main() async {
        KernelLevel.prepare()
        let worker = Worker(
            arguments: Array(CommandLine.arguments.dropFirst()), environment: Environment.all)
        exit(await worker.run())
    }
}
