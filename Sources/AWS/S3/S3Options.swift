import SigV4

/// What requests to S3 say besides their object.
package struct S3Options: Hashable, Sendable {
    /// The KMS key that new objects are encrypted with; nil leaves that to the bucket.
    package var kmsKeyID: String?
    /// Whether we pay for requests to buckets of others.
    package var paysAsRequester: Bool

    package init(kmsKeyID: String? = nil, paysAsRequester: Bool = false) {
        self.kmsKeyID = kmsKeyID
        self.paysAsRequester = paysAsRequester
    }

    /// Of requests that begin an object.
    var encryptionHeaders: [HeaderField] {
        guard let kmsKeyID else { return [] }
        return [
            HeaderField("x-amz-server-side-encryption", "aws:kms"),
            HeaderField("x-amz-server-side-encryption-aws-kms-key-id", kmsKeyID),
            // One call of KMS for many objects.
            HeaderField("x-amz-server-side-encryption-bucket-key-enabled", "true"),
        ]
    }

    /// Of every request.
    var payerHeaders: [HeaderField] {
        paysAsRequester ? [HeaderField("x-amz-request-payer", "requester")] : []
    }
}
