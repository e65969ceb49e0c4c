# Tasks in private subnets that are there already; the endpoints are made in that VPC.

variable "image_uri" {
  description = "The worker's image, pinned by digest."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

provider "aws" {}

data "aws_subnets" "private" {
  filter {
    name   = "vpc-id"
    values = [var.vpc_id]
  }

  tags = { Tier = "private" }
}

data "aws_route_tables" "private" {
  vpc_id = var.vpc_id

  tags = { Tier = "private" }
}

module "martlet" {
  source = "../.."

  image_uri       = var.image_uri
  vpc_id          = var.vpc_id
  subnet_ids      = data.aws_subnets.private.ids
  route_table_ids = data.aws_route_tables.private.ids
}
