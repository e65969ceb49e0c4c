variable "name" {
  description = "Prefix of all names."
  type        = string
}

variable "region" {
  description = "Region of the key's services."
  type        = string
}

variable "bucket_name" {
  description = "Name of the bucket, unique in the world."
  type        = string
}

variable "force_destroy" {
  description = "Whether destroying may delete a bucket that is not empty."
  type        = bool
}

variable "run_days" {
  description = "Days after which the objects of a run expire."
  type        = number
}

variable "noncurrent_days" {
  description = "Days for which a replaced or deleted version is kept."
  type        = number
}

variable "key_deletion_days" {
  description = "Days between the key's deletion and its end."
  type        = number
}

variable "queries_folder" {
  description = "Folder of the query templates (*.sql)."
  type        = string
}
