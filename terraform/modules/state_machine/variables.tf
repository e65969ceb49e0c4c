variable "name" {
  description = "Name of the state machine."
  type        = string
}

variable "region" {
  description = "Region of the services."
  type        = string
}

variable "account_id" {
  description = "The account."
  type        = string
}

variable "definition_folder" {
  description = "Folder of pipeline.asl.json and retries.json.tftpl."
  type        = string
}

variable "retry_seconds" {
  description = "First pause before a retry."
  type        = number
}

variable "timeout_seconds" {
  description = "A run that takes longer is given up."
  type        = number
}

variable "heartbeat_seconds" {
  description = "A worker that is silent for so long is given up."
  type        = number
}

variable "bucket" {
  description = "Bucket of runs."
  type        = string
}

variable "bucket_arn" {
  description = "ARN of that bucket."
  type        = string
}

variable "key_arn" {
  description = "Key of bucket, log and topic."
  type        = string
}

variable "cluster_arn" {
  description = "Cluster of the tasks."
  type        = string
}

variable "task_definition_arn" {
  description = "Task definition of the worker."
  type        = string
}

variable "family" {
  description = "Its family."
  type        = string
}

variable "task_role_arns" {
  description = "Roles that are passed to tasks."
  type        = list(string)
}

variable "subnet_ids" {
  description = "Subnets of the tasks."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group of the tasks."
  type        = string
}

variable "assign_public_ip" {
  description = "ENABLED or DISABLED."
  type        = string
}

variable "function_arns" {
  description = "Function name to ARN."
  type        = map(string)
}

variable "database" {
  description = "Database of the tables."
  type        = string
}

variable "workgroup" {
  description = "Athena workgroup."
  type        = string
}

variable "workgroup_arn" {
  description = "ARN of the workgroup."
  type        = string
}

variable "query_results" {
  description = "Where results of queries go."
  type        = string
}

variable "raw_arns" {
  description = "Objects of the raw table, as arn:aws:s3:::bucket/prefix/*."
  type        = list(string)
}

variable "raw_bucket_arns" {
  description = "Buckets of the raw table."
  type        = list(string)
}

variable "topic_arn" {
  description = "Topic of notifications."
  type        = string
}

variable "log_days" {
  description = "Days for which the log is kept."
  type        = number
}

variable "tracing" {
  description = "Whether X-Ray traces executions."
  type        = bool
}

variable "schedule" {
  description = "When to run by itself, and with which input; null for never."
  type = object({
    expression = string
    timezone   = string
    input      = string
  })
}
