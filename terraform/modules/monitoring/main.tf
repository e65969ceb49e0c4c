# What a person looks at, and what calls a person. Each alarm names its part of the runbook.

locals {
  namespace = "Martlet"

  metrics = {
    machine = { StateMachineArn = var.state_machine_arn }
    cluster = { ClusterName = var.cluster_name }
  }

  runbook = "Runbook: ${var.runbook_url}"
}

resource "aws_sns_topic_subscription" "email" {
  for_each = toset(var.emails)

  topic_arn = var.topic_arn
  protocol  = "email"
  endpoint  = each.value
}

# MARK: Runs

resource "aws_cloudwatch_metric_alarm" "failed" {
  alarm_name          = "${var.name}-run-failed"
  alarm_description   = "A run failed. ${local.runbook}#run-failed"
  namespace           = "AWS/States"
  metric_name         = "ExecutionsFailed"
  dimensions          = local.metrics.machine
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "timed_out" {
  alarm_name          = "${var.name}-run-timed-out"
  alarm_description   = "A run ended by its time limit. ${local.runbook}#run-timed-out"
  namespace           = "AWS/States"
  metric_name         = "ExecutionsTimedOut"
  dimensions          = local.metrics.machine
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
}

# An execution that hangs neither fails nor ends: only the success that does not come shows it.
resource "aws_cloudwatch_metric_alarm" "overdue" {
  count = var.success_hours == null ? 0 : 1

  alarm_name          = "${var.name}-run-overdue"
  alarm_description   = "No run succeeded for ${var.success_hours} hours: one hangs, or none was started. ${local.runbook}#run-overdue"
  namespace           = "AWS/States"
  metric_name         = "ExecutionsSucceeded"
  dimensions          = local.metrics.machine
  statistic           = "Sum"
  period              = 3600
  evaluation_periods  = var.success_hours
  datapoints_to_alarm = var.success_hours
  threshold           = 1
  comparison_operator = "LessThanThreshold"
  treat_missing_data  = "breaching"
  alarm_actions       = [var.topic_arn]
}

resource "aws_cloudwatch_metric_alarm" "events_lost" {
  alarm_name          = "${var.name}-task-events-lost"
  alarm_description   = "task-stopped could not handle an event. ${local.runbook}#task-events-lost"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = var.dead_letter_queue }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  threshold           = 0
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
}

# MARK: The worker's own figures (embedded metric format in its log)

resource "aws_cloudwatch_metric_alarm" "memory" {
  alarm_name          = "${var.name}-memory"
  alarm_description   = "A task used more than 90% of its memory. ${local.runbook}#memory"
  evaluation_periods  = 1
  threshold           = 90
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]

  metric_query {
    id          = "fullest"
    expression  = "MAX(METRICS())"
    label       = "percent"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = toset(["train", "predict"])

    content {
      id = metric_query.value

      metric {
        namespace   = local.namespace
        metric_name = "PeakMemoryPercent"
        dimensions  = { Stage = metric_query.value, Environment = var.environment }
        period      = 300
        stat        = "Maximum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "quarantined" {
  alarm_name          = "${var.name}-rows-quarantined"
  alarm_description   = "More than 0.1% of the rows were left out. ${local.runbook}#rows-quarantined"
  evaluation_periods  = 1
  threshold           = 0.1
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]

  metric_query {
    id          = "percent"
    expression  = "100 * rowsquarantined / rowsread"
    label       = "percent"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = toset(["RowsQuarantined", "RowsRead"])

    content {
      id = lower(metric_query.value)

      metric {
        namespace   = local.namespace
        metric_name = metric_query.value
        dimensions  = { Stage = "predict", Environment = var.environment }
        period      = 3600
        stat        = "Sum"
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "error" {
  count = var.mae_max == null ? 0 : 1

  alarm_name          = "${var.name}-model-error"
  alarm_description   = "The model's error on validation rows is above ${var.mae_max}. ${local.runbook}#model-error"
  namespace           = local.namespace
  metric_name         = "ValidationMAE"
  dimensions          = { Stage = "train", Environment = var.environment }
  statistic           = "Maximum"
  period              = 3600
  evaluation_periods  = 1
  threshold           = var.mae_max
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
}

# MARK: Money

resource "aws_budgets_budget" "this" {
  count = var.monthly_usd == null ? 0 : 1

  name         = var.name
  budget_type  = "COST"
  limit_amount = format("%.1f", var.monthly_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  cost_filter {
    name   = "TagKeyValue"
    values = ["user:Project$${var.name}"]
  }

  notification {
    comparison_operator       = "GREATER_THAN"
    threshold                 = 80
    threshold_type            = "PERCENTAGE"
    notification_type         = "ACTUAL"
    subscriber_sns_topic_arns = [var.topic_arn]
  }

  notification {
    comparison_operator       = "GREATER_THAN"
    threshold                 = 100
    threshold_type            = "PERCENTAGE"
    notification_type         = "FORECASTED"
    subscriber_sns_topic_arns = [var.topic_arn]
  }
}

# MARK: Dashboard

locals {
  # The dimensions of the worker's metrics, as a dashboard writes them.
  of = {
    for stage in ["train", "predict"] : stage => ["Stage", stage, "Environment", var.environment]
  }

  widgets = [
    {
      title   = "Runs"
      metrics = [for name in ["ExecutionsStarted", "ExecutionsSucceeded", "ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"] : ["AWS/States", name, "StateMachineArn", var.state_machine_arn]]
      stat    = "Sum"
    },
    {
      title   = "Duration of a run, ms"
      metrics = [["AWS/States", "ExecutionTime", "StateMachineArn", var.state_machine_arn]]
      stat    = "Maximum"
    },
    {
      title   = "Rows: read, predicted, left out"
      metrics = [for name in ["RowsRead", "RowsPredicted", "RowsQuarantined"] : concat([local.namespace, name], local.of.predict)]
      stat    = "Sum"
    },
    {
      title   = "Shards left out"
      metrics = [concat([local.namespace, "ShardsFailed"], local.of.predict)]
      stat    = "Sum"
    },
    {
      title   = "Drift: unseen categories, values out of range"
      metrics = [for name in ["UnseenCategories", "ValuesOutOfRange"] : concat([local.namespace, name], local.of.predict)]
      stat    = "Sum"
    },
    {
      title   = "Drift: the worst column, percent"
      metrics = [concat([local.namespace, "DriftPercent"], local.of.predict)]
      stat    = "Maximum"
    },
    {
      title   = "Model: error on validation rows"
      metrics = [concat([local.namespace, "ValidationMAE"], local.of.train)]
      stat    = "Maximum"
    },
    {
      title   = "Cost of tasks, USD"
      metrics = [for stage in local.of : concat([local.namespace, "EstimatedUSD"], stage)]
      stat    = "Sum"
    },
    {
      title   = "Tasks that failed or were stopped"
      metrics = [for stage in local.of : concat([local.namespace, "TasksFailed"], stage)]
      stat    = "Sum"
    },
    {
      title   = "Seconds of a task"
      metrics = [for stage in local.of : concat([local.namespace, "TaskSeconds"], stage)]
      stat    = "Maximum"
    },
    {
      title   = "Seconds of training"
      metrics = [for name in ["TrainSeconds", "CheckpointSeconds"] : concat([local.namespace, name], local.of.train)]
      stat    = "Maximum"
    },
    {
      title   = "Rows a second of a task"
      metrics = [for stage in local.of : concat([local.namespace, "RowsPerSecond"], stage)]
      stat    = "Average"
    },
    {
      title   = "Memory and disk of a task, percent"
      metrics = [for pair in setproduct(["PeakMemoryPercent", "DiskPercent"], values(local.of)) : concat([local.namespace, pair[0]], pair[1])]
      stat    = "Maximum"
    },
    {
      title   = "Bytes read from S3"
      metrics = [for stage in local.of : concat([local.namespace, "BytesRead"], stage)]
      stat    = "Sum"
    },
    {
      title   = "S3 and callbacks: throttled, tried again"
      metrics = [for pair in setproduct(["S3Throttles", "S3Retries", "CallbackRetries"], values(local.of)) : concat([local.namespace, pair[0]], pair[1])]
      stat    = "Sum"
    },
    {
      title   = "Tasks running"
      metrics = [["ECS/ContainerInsights", "TaskCount", "ClusterName", var.cluster_name]]
      stat    = "Maximum"
    },
    {
      # CREATE TABLE AS counts as DML.
      title   = "Bytes scanned by queries"
      metrics = [["AWS/Athena", "ProcessedBytes", "QueryState", "SUCCEEDED", "QueryType", "DML", "WorkGroup", var.workgroup]]
      stat    = "Sum"
    },
    {
      title   = "Spot interruptions"
      metrics = [["${local.namespace}/Tasks", "SpotInterruptions"]]
      stat    = "Sum"
    },
  ]
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = [for index, widget in local.widgets : {
      type   = "metric"
      x      = 12 * (index % 2)
      y      = 6 * floor(index / 2)
      width  = 12
      height = 6
      properties = {
        title   = widget.title
        metrics = widget.metrics
        stat    = widget.stat
        region  = var.region
        period  = 300
      }
    }]
  })
}

# Each stopped task, as a line of a log of its own: counted, and there to be read.

resource "aws_cloudwatch_log_group" "tasks" {
  # checkov:skip=CKV_AWS_338:how long logs are kept is a variable
  name              = "/aws/events/${var.name}-tasks"
  retention_in_days = var.log_days
  kms_key_id        = var.key_arn
}

data "aws_iam_policy_document" "events" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.tasks.arn}:*"]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com", "delivery.logs.amazonaws.com"]
    }
  }
}

resource "aws_cloudwatch_log_resource_policy" "events" {
  policy_name     = "${var.name}-tasks"
  policy_document = data.aws_iam_policy_document.events.json
}

resource "aws_cloudwatch_event_rule" "interrupted" {
  name        = "${var.name}-interrupted"
  description = "Tasks that Spot took back"
  event_pattern = jsonencode({
    source        = ["aws.ecs"]
    "detail-type" = ["ECS Task State Change"]
    detail        = { lastStatus = ["STOPPED"], stopCode = ["SpotInterruption", "TerminationNotice"], clusterArn = [var.cluster_arn] }
  })
}

resource "aws_cloudwatch_event_target" "interrupted" {
  rule = aws_cloudwatch_event_rule.interrupted.name
  arn  = aws_cloudwatch_log_group.tasks.arn
}

resource "aws_cloudwatch_log_metric_filter" "interrupted" {
  name           = "${var.name}-interrupted"
  log_group_name = aws_cloudwatch_log_group.tasks.name
  pattern        = "{ $.detail.lastStatus = \"STOPPED\" }"

  metric_transformation {
    name      = "SpotInterruptions"
    namespace = "${local.namespace}/Tasks"
    value     = "1"
  }
}
