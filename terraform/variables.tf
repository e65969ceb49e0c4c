variable "name" {
  description = "Prefix of all names."
  type        = string
  default     = "martlet"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "Use 2 to 31 small letters, digits and '-', a letter first."
  }
}

variable "environment" {
  description = "Dimension Environment of the worker's metrics."
  type        = string
  default     = "production"

  validation {
    condition     = can(regex("^[a-zA-Z0-9-]{1,40}$", var.environment))
    error_message = "Use at most 40 letters, digits and '-'."
  }
}

variable "image_uri" {
  description = "The worker's image, pinned by digest: repository@sha256:… (see README, Deploying)."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image_uri))
    error_message = "Pin the image by its digest: repository@sha256:<64 hexadecimal digits>."
  }
}

# Network

variable "network_mode" {
  description = "How tasks reach AWS: endpoints (private, about 70 USD a month), nat (private, about 33), public (a public address, nothing in)."
  type        = string
  default     = "endpoints"

  validation {
    condition     = contains(["endpoints", "nat", "public"], var.network_mode)
    error_message = "Choose endpoints, nat or public."
  }
}

variable "cidr_block" {
  description = "Addresses of the VPC that is made."
  type        = string
  default     = "10.20.0.0/16"

  validation {
    condition     = can(cidrsubnet(var.cidr_block, 4, 15)) && tonumber(split("/", var.cidr_block)[1]) <= 20
    error_message = "Give an IPv4 block of /20 or larger, such as 10.20.0.0/16."
  }
}

variable "zone_count" {
  description = "Availability zones to run tasks in: more have more Spot capacity, and cost more endpoints."
  type        = number
  default     = 2

  validation {
    condition     = var.zone_count >= 1 && var.zone_count <= 6
    error_message = "Between 1 and 6."
  }
}

variable "vpc_id" {
  description = "A VPC that is there already; null to make one."
  type        = string
  default     = null
}

variable "subnet_ids" {
  description = "Subnets of that VPC for the tasks."
  type        = list(string)
  default     = []

  validation {
    condition     = (var.vpc_id == null) == (length(var.subnet_ids) == 0)
    error_message = "Give vpc_id and subnet_ids, or neither."
  }
}

variable "route_table_ids" {
  description = "Route tables of those subnets, for the gateway endpoint of S3."
  type        = list(string)
  default     = []
}

variable "extra_endpoints" {
  description = "Further interface endpoints, such as ssmmessages for ECS Exec."
  type        = list(string)
  default     = []
}

# Data

variable "bucket_name" {
  description = "Name of the bucket; null for name, account and region."
  type        = string
  default     = null
}

variable "raw_location" {
  description = "s3:// folder of the raw table; null for raw/people/ in the pipeline's bucket."
  type        = string
  default     = null

  validation {
    condition     = var.raw_location == null || can(regex("^s3://[^/]+/.+/$", var.raw_location))
    error_message = "Write it like s3://bucket/folder/."
  }
}

variable "input_prefixes" {
  description = "Where runs may take features from that are there already: bucket/prefix."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for prefix in var.input_prefixes : can(regex("^[a-z0-9.-]+/.+", prefix))])
    error_message = "Write each like bucket/prefix; a whole bucket would be too much."
  }
}

variable "database_name" {
  description = "Name of the Glue database; null for the name."
  type        = string
  default     = null
}

variable "bytes_scanned_max" {
  description = "A query that would scan more bytes is stopped. Athena bills 5 USD a TB."
  type        = number
  default     = 1099511627776

  validation {
    condition     = var.bytes_scanned_max >= 10485760
    error_message = "Athena takes no cutoff below 10 MiB (10485760)."
  }
}

variable "run_days" {
  description = "Days after which the objects of a run expire."
  type        = number
  default     = 90

  validation {
    condition     = var.run_days >= 15
    error_message = "A run can be redriven for 14 days: keep its objects for at least 15."
  }
}

variable "noncurrent_days" {
  description = "Days for which replaced and deleted versions are kept."
  type        = number
  default     = 30
}

variable "key_deletion_days" {
  description = "Days between the deletion of the key and its end."
  type        = number
  default     = 30

  validation {
    condition     = var.key_deletion_days >= 7 && var.key_deletion_days <= 30
    error_message = "Between 7 and 30."
  }
}

variable "kept_images" {
  description = "Images that the registry keeps."
  type        = number
  default     = 20
}

variable "force_destroy" {
  description = "Whether destroying may delete a bucket, registry or workgroup that is not empty."
  type        = bool
  default     = false
}

# Runs

variable "run_timeout_seconds" {
  description = "A run that takes longer is given up."
  type        = number
  default     = 21600

  validation {
    condition     = var.run_timeout_seconds >= 600
    error_message = "At least 600."
  }
}

variable "heartbeat_seconds" {
  description = "A worker that is silent for so long is given up. It beats every minute; a cold start takes 50 s."
  type        = number
  default     = 300

  validation {
    condition     = var.heartbeat_seconds >= 120
    error_message = "At least 120: a cold start and a heartbeat must fit."
  }
}

variable "retry_seconds" {
  description = "First pause before a retry; each further one is longer."
  type        = number
  default     = 15

  validation {
    condition     = var.retry_seconds >= 1 && var.retry_seconds < 60
    error_message = "From 1 to 59: the longest pauses are 60 s and must be longer than the first."
  }
}

variable "schedule" {
  description = "When to run by itself, and with which input (JSON); null for never."
  type = object({
    expression = string
    timezone   = optional(string, "UTC")
    input      = string
  })
  default = null

  validation {
    condition     = var.schedule == null || can(jsondecode(var.schedule.input).as_of)
    error_message = "input must be a JSON object with as_of, such as {\"as_of\":\"2024-06-30\"}."
  }
}

variable "tracing" {
  description = "Whether X-Ray traces executions."
  type        = bool
  default     = false
}

# Monitoring

variable "log_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 30

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653], var.log_days)
    error_message = "CloudWatch takes 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827 or 3653."
  }
}

variable "emails" {
  description = "Addresses that hear of alarms and of the end of runs."
  type        = list(string)
  default     = []
}

variable "runbook_url" {
  description = "Where alarms point to."
  type        = string
  default     = "docs/runbook.md"
}

variable "success_hours" {
  description = "A run must have succeeded within so many hours, else an alarm; null without a schedule."
  type        = number
  default     = null

  validation {
    condition     = var.success_hours == null || try(var.success_hours >= 1 && var.success_hours <= 24, false)
    error_message = "From 1 to 24: an alarm looks back one day at most."
  }
}

variable "mae_max" {
  description = "Alarm when the model's mean absolute error on validation rows is above; null for none."
  type        = number
  default     = null
}

variable "monthly_usd" {
  description = "Budget of a month; null for none."
  type        = number
  default     = null
}
