# The pipeline's Terraform against the local cloud: what `make pipeline` applies.

terraform {
  required_version = ">= 1.7"

  # The path comes with init: the state goes when the local cloud does.
  backend "local" {}

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100"
    }
  }
}

variable "region" {
  description = "Region of the local cloud."
  type        = string
}

variable "image_uri" {
  description = "Stands for the image: the local cloud runs the program itself."
  type        = string
}

# Endpoint and credentials come from the environment.
provider "aws" {
  region                      = var.region
  max_retries                 = 2
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true

  default_tags {
    tags = { Project = "martlet" }
  }
}

module "pipeline" {
  source = "../../terraform"

  image_uri         = var.image_uri
  environment       = "local"
  force_destroy     = true
  key_deletion_days = 7
  # A person waits.
  retry_seconds = 1
  emails        = ["operator@example.com"]
  success_hours = 24
  mae_max       = 10
  monthly_usd   = 100
  schedule = {
    expression = "cron(0 4 ? * MON *)"
    input      = jsonencode({ as_of = "2024-06-30" })
  }
}

output "pipeline" {
  value = {
    bucket            = module.pipeline.bucket
    state_machine_arn = module.pipeline.state_machine_arn
    database          = module.pipeline.database
    workgroup         = module.pipeline.workgroup
    raw_location      = module.pipeline.raw_location
    cluster           = module.pipeline.cluster
    policies          = module.pipeline.policies
  }
}
