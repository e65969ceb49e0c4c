# The pipeline's functions: the worker's image, each with a command, a role and a log of its own.

locals {
  runs    = "${var.bucket_arn}/runs/*"
  objects = concat([local.runs], var.input_arns)

  read  = { sid = "Read", actions = ["s3:GetObject"], resources = local.objects }
  write = { sid = "Write", actions = ["s3:PutObject"], resources = [local.runs] }

  functions = {
    prepare = {
      memory  = 512
      timeout = 60
      statements = [
        { sid = "Read", actions = ["s3:GetObject"], resources = [local.runs, "${var.bucket_arn}/sql/*"] },
        local.write,
      ]
    }
    plan = {
      # Footers of thousands of shards, sixteen at a time.
      memory  = 2048
      timeout = 900
      statements = [
        local.read,
        local.write,
        # To replace a plan that was made before.
        { sid = "Delete", actions = ["s3:DeleteObject"], resources = ["${var.bucket_arn}/runs/*/plan/*"] },
      ]
    }
    reconcile = {
      memory     = 1024
      timeout    = 900
      statements = [local.read, local.write]
    }
    task-stopped = {
      memory  = 512
      timeout = 60
      statements = [
        { sid = "Read", actions = ["s3:GetObject"], resources = [local.runs] },
        { sid = "Answer", actions = ["states:SendTaskSuccess", "states:SendTaskFailure"], resources = ["*"] },
      ]
    }
    stop-orphans = {
      memory  = 512
      timeout = 300
      statements = [
        { sid = "List", actions = ["ecs:ListTasks"], resources = ["*"], cluster = true },
        {
          sid       = "Stop", actions = ["ecs:DescribeTasks", "ecs:StopTask"],
          resources = [replace(var.cluster_arn, ":cluster/", ":task/") == var.cluster_arn ? "*" : "${replace(var.cluster_arn, ":cluster/", ":task/")}/*"],
          cluster   = true
        },
      ]
    }
  }

  # Functions that list a bucket: HeadObject of a missing object says so only to those.
  listing = toset(["prepare", "plan", "reconcile", "task-stopped"])
  keyed   = local.listing
}

resource "aws_cloudwatch_log_group" "this" {
  # checkov:skip=CKV_AWS_338:how long logs are kept is a variable
  for_each = local.functions

  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = var.log_days
  kms_key_id        = var.key_arn
}

data "aws_iam_policy_document" "lambda" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

resource "aws_iam_role" "this" {
  for_each = local.functions

  name               = "${var.name}-${each.key}"
  description        = "The function ${each.key}"
  assume_role_policy = data.aws_iam_policy_document.lambda.json
}

data "aws_iam_policy_document" "this" {
  # checkov:skip=CKV_AWS_356:a task token is the resource of SendTask*; ListTasks is bound by its cluster
  # checkov:skip=CKV_AWS_111:a task token is the resource of SendTask*
  for_each = local.functions

  dynamic "statement" {
    for_each = each.value.statements

    content {
      sid       = statement.value.sid
      actions   = statement.value.actions
      resources = statement.value.resources

      dynamic "condition" {
        for_each = can(statement.value.cluster) ? [1] : []

        content {
          test     = "ArnEquals"
          variable = "ecs:cluster"
          values   = [var.cluster_arn]
        }
      }
    }
  }

  dynamic "statement" {
    for_each = contains(local.listing, each.key) ? [1] : []

    content {
      sid       = "ListBucket"
      actions   = ["s3:ListBucket"]
      resources = distinct(concat([var.bucket_arn], each.key == "plan" ? var.input_bucket_arns : []))
    }
  }

  dynamic "statement" {
    for_each = contains(local.keyed, each.key) ? [1] : []

    content {
      sid       = "Key"
      actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
      resources = [var.key_arn]

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = ["s3.${var.region}.amazonaws.com"]
      }
    }
  }

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this[each.key].arn}:*"]
  }

  dynamic "statement" {
    for_each = each.key == "task-stopped" ? [1] : []

    content {
      sid       = "DeadLetters"
      actions   = ["sqs:SendMessage"]
      resources = [aws_sqs_queue.dead_letters.arn]
    }
  }
}

resource "aws_iam_role_policy" "this" {
  for_each = local.functions

  name   = "function"
  role   = aws_iam_role.this[each.key].id
  policy = data.aws_iam_policy_document.this[each.key].json
}

resource "aws_lambda_function" "this" {
  # checkov:skip=CKV_AWS_117:calls AWS's own interfaces only; in the VPC each would need an endpoint of its own
  # checkov:skip=CKV_AWS_116:called synchronously by the state machine, which sees each failure; task-stopped has a queue
  # checkov:skip=CKV_AWS_272:an image is pinned by digest; code signing is for zip archives
  # checkov:skip=CKV_AWS_115:a limit of its own would take from the account's, and a run calls one at a time
  # checkov:skip=CKV_AWS_50:tracing is a variable
  # checkov:skip=CKV_AWS_173:the environment holds names, no secrets
  for_each = local.functions

  function_name = "${var.name}-${each.key}"
  description   = "martlet lambda ${each.key}"
  role          = aws_iam_role.this[each.key].arn
  package_type  = "Image"
  image_uri     = var.image_uri
  architectures = ["x86_64"]
  memory_size   = each.value.memory
  timeout       = each.value.timeout

  image_config {
    command = ["lambda", each.key]
  }

  environment {
    variables = {
      PIPELINE_STORAGE   = "s3://${var.bucket}/"
      PIPELINE_QUERIES   = var.queries
      PIPELINE_DATABASE  = var.database
      PIPELINE_RAW_TABLE = var.raw_table
      MARTLET_LOG_FORMAT = "json"
      ENVIRONMENT        = var.environment
      TMPDIR             = "/tmp"
    }
  }

  depends_on = [aws_iam_role_policy.this, aws_cloudwatch_log_group.this]
}

# Tasks that stop: the function hears of each within a second or two.

resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}-task-stopped-failed"
  kms_master_key_id         = var.key_arn
  message_retention_seconds = 1209600
}

data "aws_iam_policy_document" "dead_letters" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.dead_letters.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [aws_cloudwatch_event_rule.task_stopped.arn]
    }
  }
}

resource "aws_sqs_queue_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id
  policy    = data.aws_iam_policy_document.dead_letters.json
}

resource "aws_cloudwatch_event_rule" "task_stopped" {
  name        = "${var.name}-task-stopped"
  description = "Tasks of the cluster that stopped"
  event_pattern = jsonencode({
    source        = ["aws.ecs"]
    "detail-type" = ["ECS Task State Change"]
    detail        = { lastStatus = ["STOPPED"], clusterArn = [var.cluster_arn] }
  })
}

resource "aws_cloudwatch_event_target" "task_stopped" {
  rule = aws_cloudwatch_event_rule.task_stopped.name
  arn  = aws_lambda_function.this["task-stopped"].arn

  dead_letter_config {
    arn = aws_sqs_queue.dead_letters.arn
  }
}

resource "aws_lambda_permission" "task_stopped" {
  statement_id  = "TaskStopped"
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.this["task-stopped"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.task_stopped.arn
}

resource "aws_lambda_function_event_invoke_config" "task_stopped" {
  function_name          = aws_lambda_function.this["task-stopped"].function_name
  maximum_retry_attempts = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.dead_letters.arn
    }
  }
}
