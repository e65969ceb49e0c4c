import CKernels

extension Double {
    var naturalLogarithm: Double { martlet_log(self) }
}
