# Three small state machines beside a deployed pipeline: they use its cluster, tasks and network.

terraform {
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100"
    }
  }
}

variable "cluster_arn" {
  description = "Cluster of the pipeline: its output `cluster`."
  type        = string
}

variable "task_definition" {
  description = "Family of the worker's task definition."
  type        = string
  default     = "martlet"
}

variable "task_role_arns" {
  description = "Roles that the tasks take: `martlet-task` and `martlet-execution`."
  type        = list(string)
}

variable "subnet_ids" {
  description = "Subnets of the tasks."
  type        = list(string)
}

variable "security_group_id" {
  description = "Security group of the tasks."
  type        = string
}

variable "bucket" {
  description = "Bucket that searches write to."
  type        = string
}

variable "nightly" {
  description = "What is scored each night: model, data and output as URLs, id as a column."
  type        = object({ model = string, data = string, output = string, id = string })
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  partition = data.aws_partition.current.partition
  account   = data.aws_caller_identity.current.account_id

  definitions = {
    for name in ["segments", "search", "nightly"] :
    name => templatefile("${path.module}/${name}.asl.json", {
      partition       = local.partition
      cluster         = var.cluster_arn
      task_definition = var.task_definition
      retry           = file("${path.module}/retry.json")
      network_configuration = jsonencode({
        AwsvpcConfiguration = {
          Subnets        = var.subnet_ids
          SecurityGroups = [var.security_group_id]
          AssignPublicIp = "DISABLED"
        }
      })
    })
  }
}

data "aws_iam_policy_document" "trust" {
  for_each = toset(["states", "scheduler"])

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.value}.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "states" {
  statement {
    actions   = ["ecs:RunTask"]
    resources = ["arn:${local.partition}:ecs:${data.aws_region.current.name}:${local.account}:task-definition/${var.task_definition}:*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [var.cluster_arn]
    }
  }

  statement {
    actions   = ["iam:PassRole"]
    resources = var.task_role_arns

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
}

# A distributed map reads its items, and starts a child execution for each.
data "aws_iam_policy_document" "map" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:${local.partition}:s3:::${var.bucket}/*"]
  }

  statement {
    actions   = ["states:StartExecution"]
    resources = [aws_sfn_state_machine.this["search"].arn]
  }

  statement {
    actions   = ["states:DescribeExecution", "states:StopExecution"]
    resources = ["${replace(aws_sfn_state_machine.this["search"].arn, ":stateMachine:", ":execution:")}/*"]
  }
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    actions   = ["states:StartExecution"]
    resources = [aws_sfn_state_machine.this["nightly"].arn]
  }
}

resource "aws_iam_role" "this" {
  for_each = data.aws_iam_policy_document.trust

  name               = "martlet-examples-${each.key}"
  assume_role_policy = each.value.json
}

resource "aws_iam_role_policy" "states" {
  name   = "states"
  role   = aws_iam_role.this["states"].id
  policy = data.aws_iam_policy_document.states.json
}

resource "aws_iam_role_policy" "map" {
  name   = "map"
  role   = aws_iam_role.this["states"].id
  policy = data.aws_iam_policy_document.map.json
}

resource "aws_iam_role_policy" "scheduler" {
  name   = "scheduler"
  role   = aws_iam_role.this["scheduler"].id
  policy = data.aws_iam_policy_document.scheduler.json
}

resource "aws_sfn_state_machine" "this" {
  for_each = local.definitions

  name       = "martlet-${each.key}"
  role_arn   = aws_iam_role.this["states"].arn
  definition = each.value

  depends_on = [aws_iam_role_policy.states]
}

resource "aws_scheduler_schedule" "nightly" {
  name                = "martlet-nightly"
  schedule_expression = "cron(0 3 * * ? *)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_sfn_state_machine.this["nightly"].arn
    role_arn = aws_iam_role.this["scheduler"].arn
    # The scheduler fills in its own time.
    input = replace(replace(jsonencode(merge(var.nightly, {
      scheduled = "<aws.scheduler.scheduled-time>"
    })), "\\u003c", "<"), "\\u003e", ">")
  }
}
