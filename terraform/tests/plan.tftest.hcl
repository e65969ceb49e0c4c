# Without an account and without a network: the provider is mocked.

mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_region" {
    defaults = { name = "eu-west-1" }
  }

  mock_data "aws_availability_zones" {
    defaults = { names = ["eu-west-1a", "eu-west-1b", "eu-west-1c"] }
  }

  mock_data "aws_iam_policy_document" {
    defaults = { json = "{\"Version\":\"2012-10-17\",\"Statement\":[]}" }
  }
}

variables {
  image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/martlet@sha256:0000000000000000000000000000000000000000000000000000000000000000"
}

run "endpoints_are_exactly_those_that_tasks_need" {
  command = plan

  assert {
    condition     = toset(output.endpoints) == toset(["ecr.api", "ecr.dkr", "kms", "logs", "states"])
    error_message = "Fargate needs ECR, logs, states and kms; no ecs endpoint, and no athena."
  }

  assert {
    condition     = length(module.network.subnet_ids) == 2 && module.network.assign_public_ip == "DISABLED"
    error_message = "Two private subnets."
  }
}

run "public_mode_has_no_interface_endpoints" {
  command = plan

  variables {
    network_mode = "public"
  }

  assert {
    condition     = length(output.endpoints) == 0 && module.network.assign_public_ip == "ENABLED"
    error_message = "Public tasks reach AWS by their own address."
  }
}

run "nat_mode_is_private" {
  command = plan

  variables {
    network_mode = "nat"
    zone_count   = 3
  }

  assert {
    condition     = length(output.endpoints) == 0 && module.network.assign_public_ip == "DISABLED"
    error_message = "Tasks have no public address behind a NAT gateway."
  }

  assert {
    condition     = length(module.network.subnet_ids) == 3
    error_message = "One subnet in each zone."
  }
}

run "an_existing_vpc_is_used" {
  command = plan

  variables {
    vpc_id     = "vpc-1"
    subnet_ids = ["subnet-1", "subnet-2"]
  }

  assert {
    condition     = module.network.vpc_id == "vpc-1" && length(module.network.subnet_ids) == 2
    error_message = "Nothing of the network is made anew."
  }
}

run "alarms_follow_the_variables" {
  command = plan

  variables {
    mae_max       = 4
    success_hours = 24
  }

  assert {
    condition     = length(output.alarms) == 7 && contains(output.alarms, "martlet-run-overdue")
    error_message = "Each alarm that was asked for."
  }
}

run "without_a_schedule_nothing_is_overdue" {
  command = plan

  assert {
    condition     = !contains(output.alarms, "martlet-run-overdue")
    error_message = "A pipeline that people start is never late."
  }
}

run "the_image_must_be_pinned" {
  command = plan

  variables {
    image_uri = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/martlet:latest"
  }

  expect_failures = [var.image_uri]
}

run "an_unknown_network_mode_is_refused" {
  command = plan

  variables {
    network_mode = "private"
  }

  expect_failures = [var.network_mode]
}

run "a_small_network_is_refused" {
  command = plan

  variables {
    cidr_block = "10.0.0.0/24"
  }

  expect_failures = [var.cidr_block]
}

run "a_schedule_without_a_day_is_refused" {
  command = plan

  variables {
    schedule = { expression = "rate(7 days)", input = "{}" }
  }

  expect_failures = [var.schedule]
}

run "a_heartbeat_shorter_than_a_cold_start_is_refused" {
  command = plan

  variables {
    heartbeat_seconds = 30
  }

  expect_failures = [var.heartbeat_seconds]
}

run "a_log_retention_that_cloudwatch_lacks_is_refused" {
  command = plan

  variables {
    log_days = 31
  }

  expect_failures = [var.log_days]
}

run "objects_of_a_run_outlive_its_redrive" {
  command = plan

  variables {
    run_days = 10
  }

  expect_failures = [var.run_days]
}
