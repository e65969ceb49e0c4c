# The least there is to say: the image. Everything else has a default.

variable "image_uri" {
  description = "The worker's image, pinned by digest."
  type        = string
}

provider "aws" {
  default_tags {
    tags = { Project = "martlet" }
  }
}

module "martlet" {
  source = "../.."

  image_uri = var.image_uri
}

output "state_machine_arn" {
  description = "Start executions of this."
  value       = module.martlet.state_machine_arn
}

output "repository_url" {
  description = "Push the image there."
  value       = module.martlet.repository_url
}

output "raw_location" {
  description = "Put the raw table's objects there."
  value       = module.martlet.raw_location
}

output "workgroup" {
  description = "Query the results in it."
  value       = module.martlet.workgroup
}
