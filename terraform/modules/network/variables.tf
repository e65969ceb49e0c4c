variable "name" {
  description = "Prefix of all names."
  type        = string
}

variable "region" {
  description = "Region of the endpoints."
  type        = string
}

variable "network_mode" {
  description = "How tasks reach AWS: endpoints, nat or public."
  type        = string
}

variable "cidr_block" {
  description = "Addresses of the VPC that is made."
  type        = string
}

variable "zone_count" {
  description = "Availability zones to run tasks in."
  type        = number
}

variable "vpc_id" {
  description = "A VPC that is there already; null to make one."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of that VPC for the tasks."
  type        = list(string)
}

variable "route_table_ids" {
  description = "Route tables of those subnets, for the gateway endpoint of S3."
  type        = list(string)
}

variable "extra_endpoints" {
  description = "Further interface endpoints, such as ssmmessages for ECS Exec."
  type        = list(string)
}
