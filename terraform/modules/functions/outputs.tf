output "arns" {
  description = "Function name to ARN."
  value       = { for name, function in aws_lambda_function.this : name => function.arn }
}

output "policies" {
  description = "Function name to what it may do."
  value       = { for name, document in data.aws_iam_policy_document.this : name => document.json }
}

output "dead_letter_queue" {
  description = "Name of the queue of events that could not be handled."
  value       = aws_sqs_queue.dead_letters.name
}
