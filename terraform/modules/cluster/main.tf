# The cluster, the task definition from task-definitions/worker.json, and the roles of its tasks.

locals {
  family = var.name
  definition = jsondecode(templatefile(var.task_definition_file, {
    execution_role_arn = aws_iam_role.execution.arn
    task_role_arn      = aws_iam_role.task.arn
    image              = var.image_uri
    log_group          = var.log_group_name
    region             = var.region
    environment        = var.environment
  }))
  # The file names a volume without a place: Fargate's own storage.
  volumes = [for volume in local.definition.volumes : volume.name]
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

data "aws_iam_policy_document" "tasks" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

resource "aws_iam_role" "execution" {
  name               = "${var.name}-execution"
  description        = "Pulls the image and writes the log"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

data "aws_iam_policy_document" "execution" {
  # checkov:skip=CKV_AWS_356:ecr:GetAuthorizationToken has no resource
  statement {
    sid       = "Token"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid       = "Image"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = [var.repository_arn]
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${var.log_group_arn}:*"]
  }
}

resource "aws_iam_role_policy" "execution" {
  name   = "execution"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

resource "aws_iam_role" "task" {
  name               = "${var.name}-task"
  description        = "What the worker may do"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

# No list, and no delete but of its own checkpoints: a worker reads what its plan pins, and writes
# below runs/.
data "aws_iam_policy_document" "task" {
  # checkov:skip=CKV_AWS_356:a task token is the resource; SendTask* has no other
  # checkov:skip=CKV_AWS_111:a task token is the resource; SendTask* has no other
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = concat(["${var.bucket_arn}/runs/*"], var.input_arns)
  }

  statement {
    sid       = "Write"
    actions   = ["s3:PutObject", "s3:AbortMultipartUpload"]
    resources = ["${var.bucket_arn}/runs/*"]
  }

  statement {
    sid       = "Checkpoints"
    actions   = ["s3:DeleteObject"]
    resources = ["${var.bucket_arn}/runs/*/_checkpoint-*"]
  }

  statement {
    sid       = "Key"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.amazonaws.com"]
    }
  }

  statement {
    sid       = "Answer"
    actions   = ["states:SendTaskSuccess", "states:SendTaskFailure", "states:SendTaskHeartbeat"]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "task" {
  name   = "task"
  role   = aws_iam_role.task.id
  policy = data.aws_iam_policy_document.task.json
}

resource "aws_ecs_task_definition" "worker" {
  # checkov:skip=CKV_AWS_249:they are two roles; the scan cannot see through the file
  family                   = local.family
  requires_compatibilities = local.definition.requiresCompatibilities
  network_mode             = local.definition.networkMode
  cpu                      = local.definition.cpu
  memory                   = local.definition.memory
  execution_role_arn       = local.definition.executionRoleArn
  task_role_arn            = local.definition.taskRoleArn
  container_definitions    = jsonencode(local.definition.containerDefinitions)

  runtime_platform {
    cpu_architecture        = local.definition.runtimePlatform.cpuArchitecture
    operating_system_family = local.definition.runtimePlatform.operatingSystemFamily
  }

  ephemeral_storage {
    size_in_gib = local.definition.ephemeralStorage.sizeInGiB
  }

  dynamic "volume" {
    for_each = local.volumes

    content {
      name = volume.value
    }
  }
}
