variable "name" {
  description = "Prefix of all names."
  type        = string
}

variable "region" {
  description = "Region of the services."
  type        = string
}

variable "environment" {
  description = "A dimension of the functions' metrics."
  type        = string
}

variable "account_id" {
  description = "The account whose functions may take the roles."
  type        = string
}

variable "image_uri" {
  description = "The worker's image, pinned by digest."
  type        = string
}

variable "bucket" {
  description = "Bucket of runs."
  type        = string
}

variable "bucket_arn" {
  description = "ARN of that bucket."
  type        = string
}

variable "queries" {
  description = "Folder of the query templates."
  type        = string
}

variable "key_arn" {
  description = "Key of the bucket, the logs and the queue."
  type        = string
}

variable "database" {
  description = "Database of the tables."
  type        = string
}

variable "raw_table" {
  description = "Table of the raw data."
  type        = string
}

variable "cluster_arn" {
  description = "Cluster of the tasks."
  type        = string
}

variable "log_days" {
  description = "Days for which logs are kept."
  type        = number
}

variable "input_arns" {
  description = "Further objects that may be read, as arn:aws:s3:::bucket/prefix/*."
  type        = list(string)
}

variable "input_bucket_arns" {
  description = "The buckets of those objects."
  type        = list(string)
}
