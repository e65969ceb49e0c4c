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
