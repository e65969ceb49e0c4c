output "bucket" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.id
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}

output "key_arn" {
  description = "ARN of the key for data, logs and notifications."
  value       = aws_kms_key.this.arn
}

output "queries" {
  description = "Folder of the query templates."
  value       = "s3://${aws_s3_bucket.this.id}/sql/"
  depends_on  = [aws_s3_object.query]
}
