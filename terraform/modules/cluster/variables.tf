variable "name" {
  description = "Name of the cluster and of the task definition's family."
  type        = string
}

variable "region" {
  description = "Region of the log."
  type        = string
}

variable "environment" {
  description = "Dimension Environment of the worker's metrics."
  type        = string
}

variable "account_id" {
  description = "The account whose tasks may take the roles."
  type        = string
}

variable "task_definition_file" {
  description = "The container's settings, in the shape of RegisterTaskDefinition."
  type        = string
}

variable "image_uri" {
  description = "The image, pinned by digest."
  type        = string
}

variable "repository_arn" {
  description = "The repository that the image is pulled from."
  type        = string
}

variable "log_group_name" {
  description = "Log group of the tasks."
  type        = string
}

variable "log_group_arn" {
  description = "ARN of that log group."
  type        = string
}

variable "bucket_arn" {
  description = "The bucket of runs."
  type        = string
}

variable "key_arn" {
  description = "Key of the bucket."
  type        = string
}

variable "input_arns" {
  description = "Further objects that tasks may read, as arn:aws:s3:::bucket/prefix/*."
  type        = list(string)
}
