variable "name" {
  description = "Name of the workgroup."
  type        = string
}

variable "database_name" {
  description = "Name of the database."
  type        = string
}

variable "bucket" {
  description = "Bucket of the query results."
  type        = string
}

variable "key_arn" {
  description = "Key that encrypts the results."
  type        = string
}

variable "raw_location" {
  description = "Where the raw table's objects lie."
  type        = string
}

variable "raw_columns" {
  description = "Columns of the raw table: name to type."
  type        = map(string)
}

variable "bytes_scanned_max" {
  description = "A query that would scan more is stopped."
  type        = number
}

variable "force_destroy" {
  description = "Whether destroying may delete a workgroup with queries in its history."
  type        = bool
}
