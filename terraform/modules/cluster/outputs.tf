output "cluster_arn" {
  description = "The cluster."
  value       = aws_ecs_cluster.this.arn
}

output "cluster_name" {
  description = "Name of the cluster."
  value       = aws_ecs_cluster.this.name
}

output "task_definition_arn" {
  description = "The task definition, this revision."
  value       = aws_ecs_task_definition.worker.arn
}

output "family" {
  description = "Family of the task definition."
  value       = aws_ecs_task_definition.worker.family
}

output "role_arns" {
  description = "Roles that the state machine passes to tasks."
  value       = [aws_iam_role.execution.arn, aws_iam_role.task.arn]
}

output "task_policy" {
  description = "What the worker may do."
  value       = data.aws_iam_policy_document.task.json
}
