locals {
  retries = {
    for name, part in jsondecode(templatefile("${var.definition_folder}/retries.json.tftpl", {
      retry_seconds = var.retry_seconds
    })) : name => jsonencode(part)
  }

  definition = templatefile("${var.definition_folder}/pipeline.asl.json", merge(local.retries, {
    partition         = data.aws_partition.current.partition
    timeout_seconds   = var.timeout_seconds
    heartbeat_seconds = var.heartbeat_seconds
    retry_seconds     = var.retry_seconds
    bucket            = var.bucket
    cluster           = var.cluster_arn
    database          = var.database
    workgroup         = var.workgroup
    query_results     = var.query_results
    topic             = var.topic_arn
    task_definition   = var.task_definition_arn
    network_configuration = jsonencode({
      AwsvpcConfiguration = {
        Subnets        = var.subnet_ids
        SecurityGroups = [var.security_group_id]
        AssignPublicIp = var.assign_public_ip
      }
    })
    prepare_function   = var.function_arns["prepare"]
    plan_function      = var.function_arns["plan"]
    reconcile_function = var.function_arns["reconcile"]
  }))

  arn_root = "arn:${data.aws_partition.current.partition}:states:${var.region}:${var.account_id}"
}

data "aws_partition" "current" {}

resource "aws_cloudwatch_log_group" "this" {
  # checkov:skip=CKV_AWS_338:how long logs are kept is a variable
  # This prefix keeps Step Functions' resource policy of log groups small.
  name              = "/aws/vendedlogs/states/${var.name}"
  retention_in_days = var.log_days
  kms_key_id        = var.key_arn
}

data "aws_iam_policy_document" "states" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["states.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = "${var.name}-states"
  description        = "What the state machine may do"
  assume_role_policy = data.aws_iam_policy_document.states.json
}

data "aws_iam_policy_document" "this" {
  # checkov:skip=CKV_AWS_356:log delivery has no resource to name
  # checkov:skip=CKV_AWS_111:log delivery has no resource to name
  # checkov:skip=CKV_AWS_109:logs:PutResourcePolicy is what Step Functions needs to deliver its log
  statement {
    sid       = "Functions"
    actions   = ["lambda:InvokeFunction"]
    resources = [for name in ["prepare", "plan", "reconcile"] : var.function_arns[name]]
  }

  statement {
    sid       = "Tasks"
    actions   = ["ecs:RunTask"]
    resources = ["${replace(var.task_definition_arn, "/:\\d+$/", "")}:*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = [var.cluster_arn]
    }
  }

  statement {
    sid       = "TaskTags"
    actions   = ["ecs:TagResource"]
    resources = ["${replace(var.cluster_arn, ":cluster/", ":task/")}/*"]

    condition {
      test     = "StringEquals"
      variable = "ecs:CreateAction"
      values   = ["RunTask"]
    }
  }

  statement {
    sid       = "Roles"
    actions   = ["iam:PassRole"]
    resources = var.task_role_arns

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }

  statement {
    sid       = "Queries"
    actions   = ["athena:StartQueryExecution", "athena:StopQueryExecution", "athena:GetQueryExecution", "athena:GetQueryResults"]
    resources = [var.workgroup_arn]
  }

  statement {
    sid     = "Catalog"
    actions = ["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions", "glue:CreateTable", "glue:UpdateTable"]
    resources = [
      "arn:${data.aws_partition.current.partition}:glue:${var.region}:${var.account_id}:catalog",
      "arn:${data.aws_partition.current.partition}:glue:${var.region}:${var.account_id}:database/${var.database}",
      "arn:${data.aws_partition.current.partition}:glue:${var.region}:${var.account_id}:table/${var.database}/*",
    ]
  }

  # Athena reads and writes as the one who asks it.
  statement {
    sid       = "QueryObjects"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]
    resources = ["${var.bucket_arn}/runs/*", "${var.bucket_arn}/query-results/*"]
  }

  statement {
    sid       = "RawObjects"
    actions   = ["s3:GetObject"]
    resources = var.raw_arns
  }

  statement {
    sid       = "QueryBuckets"
    actions   = ["s3:ListBucket", "s3:GetBucketLocation"]
    resources = distinct(concat([var.bucket_arn], var.raw_bucket_arns))
  }

  statement {
    sid       = "Key"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.key_arn]

    condition {
      test     = "StringEquals"
      variable = "kms:ViaService"
      values   = ["s3.${var.region}.amazonaws.com", "sns.${var.region}.amazonaws.com"]
    }
  }

  # A distributed map starts the children of its own machine.
  statement {
    sid       = "Map"
    actions   = ["states:StartExecution"]
    resources = ["${local.arn_root}:stateMachine:${var.name}"]
  }

  statement {
    sid       = "MapRuns"
    actions   = ["states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"]
    resources = ["${local.arn_root}:execution:${var.name}/*"]
  }

  statement {
    sid       = "Notify"
    actions   = ["sns:Publish"]
    resources = [var.topic_arn]
  }

  statement {
    sid = "LogDelivery"
    actions = [
      "logs:CreateLogDelivery", "logs:GetLogDelivery", "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies", "logs:DescribeLogGroups",
    ]
    resources = ["*"]
  }
}

resource "aws_iam_role_policy" "this" {
  name   = "states"
  role   = aws_iam_role.this.id
  policy = data.aws_iam_policy_document.this.json
}

resource "aws_sfn_state_machine" "this" {
  # checkov:skip=CKV_AWS_284:tracing is a variable
  # checkov:skip=CKV_AWS_285:it logs, but no execution data: inputs hold task tokens
  name       = var.name
  role_arn   = aws_iam_role.this.arn
  type       = "STANDARD"
  definition = local.definition

  logging_configuration {
    log_destination = "${aws_cloudwatch_log_group.this.arn}:*"
    # Inputs hold task tokens: names and errors are enough.
    include_execution_data = false
    level                  = "ALL"
  }

  tracing_configuration {
    enabled = var.tracing
  }

  depends_on = [aws_iam_role_policy.this]
}

# A run that ends badly, however it does: its tasks are stopped, and somebody is told. Not a state of
# the machine: a redrive goes on with the state that failed, which must be the one that did the work.

resource "aws_cloudwatch_event_rule" "ended" {
  name        = "${var.name}-run-ended"
  description = "Runs that failed, took too long or were aborted"
  event_pattern = jsonencode({
    source        = ["aws.states"]
    "detail-type" = ["Step Functions Execution Status Change"]
    detail = {
      status          = ["FAILED", "TIMED_OUT", "ABORTED"]
      stateMachineArn = [aws_sfn_state_machine.this.arn]
    }
  })
}

resource "aws_cloudwatch_event_target" "orphans" {
  rule = aws_cloudwatch_event_rule.ended.name
  arn  = var.function_arns["stop-orphans"]

  input_transformer {
    input_paths    = { run = "$.detail.name" }
    input_template = "{\"run_id\": <run>, \"cluster\": \"${var.cluster_arn}\", \"family\": \"${var.family}\"}"
  }
}

resource "aws_lambda_permission" "orphans" {
  statement_id  = "RunEnded"
  action        = "lambda:InvokeFunction"
  function_name = var.function_arns["stop-orphans"]
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.ended.arn
}

resource "aws_cloudwatch_event_target" "topic" {
  rule       = aws_cloudwatch_event_rule.ended.name
  arn        = var.topic_arn
  input_path = "$.detail"
}

# A run by the calendar. The day before is complete when it starts.

resource "aws_scheduler_schedule_group" "this" {
  count = var.schedule == null ? 0 : 1
  name  = var.name
}

data "aws_iam_policy_document" "scheduler" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

resource "aws_iam_role" "scheduler" {
  count = var.schedule == null ? 0 : 1

  name               = "${var.name}-schedule"
  assume_role_policy = data.aws_iam_policy_document.scheduler.json
}

data "aws_iam_policy_document" "schedule" {
  statement {
    actions   = ["states:StartExecution"]
    resources = [aws_sfn_state_machine.this.arn]
  }
}

resource "aws_iam_role_policy" "scheduler" {
  count = var.schedule == null ? 0 : 1

  name   = "schedule"
  role   = aws_iam_role.scheduler[0].id
  policy = data.aws_iam_policy_document.schedule.json
}

resource "aws_scheduler_schedule" "this" {
  # checkov:skip=CKV_AWS_297:the schedule holds a date, no secrets
  count = var.schedule == null ? 0 : 1

  name                         = var.name
  group_name                   = aws_scheduler_schedule_group.this[0].name
  schedule_expression          = var.schedule.expression
  schedule_expression_timezone = var.schedule.timezone

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_sfn_state_machine.this.arn
    role_arn = aws_iam_role.scheduler[0].arn
    # `as_of` of a scheduled run is the day of its schedule, whenever it really runs.
    input = var.schedule.input

    retry_policy {
      maximum_retry_attempts = 3
    }
  }
}
