# Where tasks run, and what they reach. Interface endpoints cost about 7 USD a month each and zone;
# a NAT gateway about 33 and 0.045 a GB; public addresses next to nothing, with no inbound rule.

data "aws_availability_zones" "available" {
  # checkov:skip=CKV_AWS_394:the first zone_count of them are taken
  state = "available"
}

locals {
  makes_vpc = var.vpc_id == null
  vpc_id    = local.makes_vpc ? aws_vpc.this[0].id : var.vpc_id
  zones     = slice(data.aws_availability_zones.available.names, 0, var.zone_count)
  is_public = local.makes_vpc && var.network_mode == "public"
  has_nat   = local.makes_vpc && var.network_mode == "nat"
  # What a task on Fargate talks to before and while it runs. No ecs endpoint: Fargate needs none.
  interface_services = var.network_mode == "endpoints" ? toset(concat(
    ["ecr.api", "ecr.dkr", "logs", "states", "kms"], var.extra_endpoints
  )) : toset([])
}

resource "aws_vpc" "this" {
  # checkov:skip=CKV2_AWS_11:flow logs are the variable flow_log_days
  count = local.makes_vpc ? 1 : 0

  cidr_block           = var.cidr_block
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = { Name = var.name }
}

# The group that comes with a VPC lets everything in from itself: emptied.
resource "aws_default_security_group" "this" {
  count  = local.makes_vpc ? 1 : 0
  vpc_id = aws_vpc.this[0].id
}

resource "aws_subnet" "task" {
  count = local.makes_vpc ? var.zone_count : 0

  vpc_id            = aws_vpc.this[0].id
  cidr_block        = cidrsubnet(var.cidr_block, 4, count.index)
  availability_zone = local.zones[count.index]

  tags = { Name = "${var.name}-task-${local.zones[count.index]}" }
}

resource "aws_route_table" "task" {
  count  = local.makes_vpc ? 1 : 0
  vpc_id = aws_vpc.this[0].id

  tags = { Name = "${var.name}-task" }
}

resource "aws_route_table_association" "task" {
  count = local.makes_vpc ? var.zone_count : 0

  subnet_id      = aws_subnet.task[count.index].id
  route_table_id = aws_route_table.task[0].id
}

resource "aws_internet_gateway" "this" {
  count  = local.is_public || local.has_nat ? 1 : 0
  vpc_id = aws_vpc.this[0].id
}

resource "aws_route" "internet" {
  count = local.is_public ? 1 : 0

  route_table_id         = aws_route_table.task[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_subnet" "nat" {
  count = local.has_nat ? 1 : 0

  vpc_id            = aws_vpc.this[0].id
  cidr_block        = cidrsubnet(var.cidr_block, 4, 15)
  availability_zone = local.zones[0]

  tags = { Name = "${var.name}-nat" }
}

resource "aws_route_table" "nat" {
  count  = local.has_nat ? 1 : 0
  vpc_id = aws_vpc.this[0].id
}

resource "aws_route" "nat_internet" {
  count = local.has_nat ? 1 : 0

  route_table_id         = aws_route_table.nat[0].id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.this[0].id
}

resource "aws_route_table_association" "nat" {
  count = local.has_nat ? 1 : 0

  subnet_id      = aws_subnet.nat[0].id
  route_table_id = aws_route_table.nat[0].id
}

resource "aws_eip" "nat" {
  count  = local.has_nat ? 1 : 0
  domain = "vpc"
}

resource "aws_nat_gateway" "this" {
  count = local.has_nat ? 1 : 0

  allocation_id = aws_eip.nat[0].id
  subnet_id     = aws_subnet.nat[0].id
  depends_on    = [aws_route.nat_internet]
}

resource "aws_route" "nat" {
  count = local.has_nat ? 1 : 0

  route_table_id         = aws_route_table.task[0].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.this[0].id
}

resource "aws_security_group" "task" {
  # checkov:skip=CKV2_AWS_5:attached by the state machine, to each task that it starts
  name        = "${var.name}-task"
  description = "Tasks: nothing in, HTTPS out"
  vpc_id      = local.vpc_id
}

resource "aws_vpc_security_group_egress_rule" "task_https" {
  count = var.network_mode == "endpoints" ? 0 : 1

  security_group_id = aws_security_group.task.id
  description       = "HTTPS to AWS"
  cidr_ipv4         = "0.0.0.0/0"
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
}

resource "aws_vpc_security_group_egress_rule" "task_endpoints" {
  count = var.network_mode == "endpoints" ? 1 : 0

  security_group_id            = aws_security_group.task.id
  description                  = "HTTPS to the endpoints"
  referenced_security_group_id = aws_security_group.endpoint[0].id
  from_port                    = 443
  to_port                      = 443
  ip_protocol                  = "tcp"
}

resource "aws_vpc_security_group_egress_rule" "task_s3" {
  count = var.network_mode == "endpoints" ? 1 : 0

  security_group_id = aws_security_group.task.id
  description       = "HTTPS to S3"
  prefix_list_id    = aws_vpc_endpoint.s3[0].prefix_list_id
  from_port         = 443
  to_port           = 443
  ip_protocol       = "tcp"
}

resource "aws_security_group" "endpoint" {
  # checkov:skip=CKV2_AWS_5:attached to the interface endpoints below
  count = var.network_mode == "endpoints" ? 1 : 0

  name        = "${var.name}-endpoint"
  description = "Endpoints: HTTPS in from tasks"
  vpc_id      = local.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "endpoint" {
  count = var.network_mode == "endpoints" ? 1 : 0

  security_group_id            = aws_security_group.endpoint[0].id
  description                  = "HTTPS from tasks"
  referenced_security_group_id = aws_security_group.task.id
  from_port                    = 443
  to_port                      = 443
  ip_protocol                  = "tcp"
}

# Free, and in every mode: the data never passes a NAT gateway.
resource "aws_vpc_endpoint" "s3" {
  count = local.makes_vpc || var.network_mode == "endpoints" ? 1 : 0

  vpc_id            = local.vpc_id
  service_name      = "com.amazonaws.${var.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = local.makes_vpc ? aws_route_table.task[*].id : var.route_table_ids
}

resource "aws_vpc_endpoint" "interface" {
  for_each = local.interface_services

  vpc_id              = local.vpc_id
  service_name        = "com.amazonaws.${var.region}.${each.value}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = local.makes_vpc ? aws_subnet.task[*].id : var.subnet_ids
  security_group_ids  = [aws_security_group.endpoint[0].id]
}
