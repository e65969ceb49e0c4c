# The pipeline: network, storage, image, tasks, queries, functions, state machine, monitoring.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}

locals {
  account_id  = data.aws_caller_identity.current.account_id
  region      = data.aws_region.current.name
  bucket_name = coalesce(var.bucket_name, "${var.name}-${local.account_id}-${local.region}")

  # The raw table lies in the pipeline's own bucket, or in one that is there already.
  raw_location = coalesce(var.raw_location, "s3://${local.bucket_name}/raw/people/")
  raw_path     = trimsuffix(trimprefix(local.raw_location, "s3://"), "/")
  raw_arn      = "arn:${data.aws_partition.current.partition}:s3:::${local.raw_path}/*"
  raw_bucket   = "arn:${data.aws_partition.current.partition}:s3:::${split("/", local.raw_path)[0]}"

  input_arns        = [for prefix in var.input_prefixes : "arn:${data.aws_partition.current.partition}:s3:::${trimsuffix(prefix, "/")}/*"]
  input_bucket_arns = distinct([for prefix in var.input_prefixes : "arn:${data.aws_partition.current.partition}:s3:::${split("/", prefix)[0]}"])
}

module "network" {
  source = "./modules/network"

  name            = var.name
  region          = local.region
  network_mode    = var.network_mode
  cidr_block      = var.cidr_block
  zone_count      = var.zone_count
  vpc_id          = var.vpc_id
  subnet_ids      = var.subnet_ids
  route_table_ids = var.route_table_ids
  extra_endpoints = var.extra_endpoints
}

module "storage" {
  source = "./modules/storage"

  name              = var.name
  region            = local.region
  bucket_name       = local.bucket_name
  force_destroy     = var.force_destroy
  run_days          = var.run_days
  noncurrent_days   = var.noncurrent_days
  key_deletion_days = var.key_deletion_days
  queries_folder    = "${path.module}/sql"
}

module "registry" {
  source = "./modules/registry"

  name         = var.name
  account_id   = local.account_id
  key_arn      = module.storage.key_arn
  kept_images  = var.kept_images
  force_delete = var.force_destroy
}

resource "aws_sns_topic" "this" {
  name              = var.name
  kms_master_key_id = module.storage.key_arn
}

data "aws_iam_policy_document" "topic" {
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this.arn]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account_id]
    }
  }

  # The rule of runs that ended badly. EventBridge takes no conditions here.
  statement {
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.this.arn]

    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
}

resource "aws_sns_topic_policy" "this" {
  arn    = aws_sns_topic.this.arn
  policy = data.aws_iam_policy_document.topic.json
}

resource "aws_cloudwatch_log_group" "worker" {
  # checkov:skip=CKV_AWS_338:how long logs are kept is a variable
  name              = "/${var.name}/worker"
  retention_in_days = var.log_days
  kms_key_id        = module.storage.key_arn
}

module "cluster" {
  source = "./modules/cluster"

  name                 = var.name
  region               = local.region
  environment          = var.environment
  account_id           = local.account_id
  task_definition_file = "${path.module}/../task-definitions/worker.json"
  image_uri            = var.image_uri
  repository_arn       = module.registry.repository_arn
  log_group_name       = aws_cloudwatch_log_group.worker.name
  log_group_arn        = aws_cloudwatch_log_group.worker.arn
  bucket_arn           = module.storage.bucket_arn
  key_arn              = module.storage.key_arn
  input_arns           = local.input_arns
}

module "athena" {
  source = "./modules/athena"

  name              = var.name
  database_name     = coalesce(var.database_name, replace(var.name, "-", "_"))
  bucket            = module.storage.bucket
  key_arn           = module.storage.key_arn
  raw_location      = local.raw_location
  raw_columns       = jsondecode(file("${path.module}/sql/people.columns.json"))
  bytes_scanned_max = var.bytes_scanned_max
  force_destroy     = var.force_destroy
}

module "functions" {
  source = "./modules/functions"

  name              = var.name
  region            = local.region
  environment       = var.environment
  account_id        = local.account_id
  image_uri         = var.image_uri
  bucket            = module.storage.bucket
  bucket_arn        = module.storage.bucket_arn
  queries           = module.storage.queries
  key_arn           = module.storage.key_arn
  database          = module.athena.database
  raw_table         = module.athena.raw_table
  cluster_arn       = module.cluster.cluster_arn
  log_days          = var.log_days
  input_arns        = local.input_arns
  input_bucket_arns = local.input_bucket_arns
}

module "state_machine" {
  source = "./modules/state_machine"

  name                = var.name
  region              = local.region
  account_id          = local.account_id
  definition_folder   = "${path.module}/state-machine"
  retry_seconds       = var.retry_seconds
  timeout_seconds     = var.run_timeout_seconds
  heartbeat_seconds   = var.heartbeat_seconds
  bucket              = module.storage.bucket
  bucket_arn          = module.storage.bucket_arn
  key_arn             = module.storage.key_arn
  cluster_arn         = module.cluster.cluster_arn
  task_definition_arn = module.cluster.task_definition_arn
  family              = module.cluster.family
  task_role_arns      = module.cluster.role_arns
  subnet_ids          = module.network.subnet_ids
  security_group_id   = module.network.security_group_id
  assign_public_ip    = module.network.assign_public_ip
  function_arns       = module.functions.arns
  database            = module.athena.database
  workgroup           = module.athena.workgroup
  workgroup_arn       = module.athena.workgroup_arn
  query_results       = module.athena.query_results
  raw_arns            = [local.raw_arn]
  raw_bucket_arns     = [local.raw_bucket]
  topic_arn           = aws_sns_topic.this.arn
  log_days            = var.log_days
  tracing             = var.tracing
  schedule            = var.schedule
}

module "monitoring" {
  source = "./modules/monitoring"

  name              = var.name
  region            = local.region
  environment       = var.environment
  state_machine_arn = module.state_machine.arn
  cluster_name      = module.cluster.cluster_name
  cluster_arn       = module.cluster.cluster_arn
  workgroup         = module.athena.workgroup
  dead_letter_queue = module.functions.dead_letter_queue
  topic_arn         = aws_sns_topic.this.arn
  key_arn           = module.storage.key_arn
  log_days          = var.log_days
  emails            = var.emails
  runbook_url       = var.runbook_url
  success_hours     = var.success_hours
  mae_max           = var.mae_max
  monthly_usd       = var.monthly_usd
}
