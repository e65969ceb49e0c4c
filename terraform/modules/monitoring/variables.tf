variable "name" {
  description = "Prefix of all names, and the value of the tag Project."
  type        = string
}

variable "region" {
  description = "Region of the metrics."
  type        = string
}

variable "environment" {
  description = "Dimension Environment of the worker's metrics."
  type        = string
}

variable "state_machine_arn" {
  description = "The state machine."
  type        = string
}

variable "cluster_name" {
  description = "Name of the cluster."
  type        = string
}

variable "cluster_arn" {
  description = "The cluster."
  type        = string
}

variable "workgroup" {
  description = "Athena workgroup."
  type        = string
}

variable "dead_letter_queue" {
  description = "Name of the queue of events that could not be handled."
  type        = string
}

variable "topic_arn" {
  description = "Topic of the alarms."
  type        = string
}

variable "key_arn" {
  description = "Key of the log."
  type        = string
}

variable "log_days" {
  description = "Days for which the log is kept."
  type        = number
}

variable "emails" {
  description = "Addresses that hear of alarms."
  type        = list(string)
}

variable "runbook_url" {
  description = "Where the runbook is."
  type        = string
}

variable "success_hours" {
  description = "A run must have succeeded within so many hours; null without a schedule."
  type        = number
}

variable "mae_max" {
  description = "Alarm above this error of the model; null for none."
  type        = number
}

variable "monthly_usd" {
  description = "Budget of a month; null for none."
  type        = number
}
