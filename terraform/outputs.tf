output "state_machine_arn" {
  description = "Start executions of this."
  value       = module.state_machine.arn
}

output "bucket" {
  description = "Bucket of runs, and of the raw table unless raw_location names another."
  value       = module.storage.bucket
}

output "raw_location" {
  description = "Where the raw table's objects belong."
  value       = local.raw_location
}

output "repository_url" {
  description = "Where the image is pushed to."
  value       = module.registry.repository_url
}

output "database" {
  description = "Database with the view `ages`."
  value       = module.athena.database
}

output "workgroup" {
  description = "Athena workgroup."
  value       = module.athena.workgroup
}

output "cluster" {
  description = "Cluster of the tasks."
  value       = module.cluster.cluster_arn
}

output "topic_arn" {
  description = "Topic of alarms and of the end of runs."
  value       = aws_sns_topic.this.arn
}

output "dashboard" {
  description = "Name of the dashboard."
  value       = module.monitoring.dashboard
}

output "alarms" {
  description = "Names of the alarms."
  value       = module.monitoring.alarms
}

output "endpoints" {
  description = "Services that tasks reach through interface endpoints."
  value       = module.network.endpoints
}

output "policies" {
  description = "What each role may do: for checks and reviews."
  value = merge(module.functions.policies, {
    task   = module.cluster.task_policy
    states = module.state_machine.policy
  })
}
