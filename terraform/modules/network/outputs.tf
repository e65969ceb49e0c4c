output "vpc_id" {
  description = "The VPC."
  value       = local.vpc_id
}

output "subnet_ids" {
  description = "Subnets for the tasks."
  value       = local.makes_vpc ? aws_subnet.task[*].id : var.subnet_ids
}

output "security_group_id" {
  description = "Security group of the tasks."
  value       = aws_security_group.task.id
}

output "assign_public_ip" {
  description = "ENABLED or DISABLED, as ECS takes it."
  value       = var.network_mode == "public" ? "ENABLED" : "DISABLED"
}

output "endpoints" {
  description = "Services that are reached through interface endpoints."
  value       = sort(keys(aws_vpc_endpoint.interface))
}
