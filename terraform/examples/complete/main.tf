# A weekly run over a raw table that lies elsewhere, with alarms, a budget and a NAT gateway.

variable "image_uri" {
  description = "The worker's image, pinned by digest."
  type        = string
}

variable "email" {
  description = "Who hears of alarms."
  type        = string
}

provider "aws" {
  region = "eu-west-1"

  default_tags {
    tags = { Project = "ages" }
  }
}

module "martlet" {
  source = "../.."

  name         = "ages"
  environment  = "production"
  image_uri    = var.image_uri
  network_mode = "nat"
  zone_count   = 3

  raw_location   = "s3://example-lake/people/"
  input_prefixes = ["example-lake/features"]
  run_days       = 60

  schedule = {
    expression = "cron(0 4 ? * MON *)"
    timezone   = "Europe/Berlin"
    input = jsonencode({
      as_of      = "2024-06-30"
      groups     = 64
      cost_limit = 25
      training   = { num_iterations = 200, num_leaves = 63 }
      gate       = { mae_max = 4 }
    })
  }

  tracing       = true
  emails        = [var.email]
  success_hours = 24
  mae_max       = 4
  monthly_usd   = 150
}

output "dashboard" {
  description = "Name of the dashboard."
  value       = module.martlet.dashboard
}
