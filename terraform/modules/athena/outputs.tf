output "workgroup" {
  description = "Name of the workgroup."
  value       = aws_athena_workgroup.this.name
}

output "workgroup_arn" {
  description = "ARN of the workgroup."
  value       = aws_athena_workgroup.this.arn
}

output "database" {
  description = "Name of the database."
  value       = aws_glue_catalog_database.this.name
}

output "raw_table" {
  description = "Name of the raw table."
  value       = aws_glue_catalog_table.people.name
}

output "query_results" {
  description = "Where results of queries go."
  value       = "s3://${var.bucket}/query-results/"
}
