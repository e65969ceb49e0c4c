#!/usr/bin/env python3
"""The whole pipeline on this machine: no account, no token, no Docker.

    pipeline.py PROGRAM [--rows N] [--groups N] [--faults]

Starts a local cloud, applies the Terraform, uploads a synthetic raw table, starts an execution of
the real state machine, whose tasks and functions are PROGRAM, and shows what came of it. With
--faults tasks are killed, Spot is reclaimed, S3 throttles and a shard is corrupt, and the run ends
right all the same.
"""

import argparse
import json
import logging
import pathlib
import signal
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "cloud"))

from local_cloud import LocalCloud  # noqa: E402: the cloud's modules are found only now
from terraform_run import Terraform  # noqa: E402

SECONDS_MAX = 1_800
EXECUTION = "local-1"
TERRAFORM_MISSING = """pipeline: terraform is not installed.

The pipeline is deployed with it, here as in an account. Install 1.7 or newer:
https://developer.hashicorp.com/terraform/install
"""


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("program", type=pathlib.Path)
    options.add_argument("--rows", type=int, default=200_000)
    options.add_argument("--groups", type=int, default=64)
    options.add_argument("--faults", action="store_true")
    arguments = options.parse_args()
    if not Terraform.is_installed():
        sys.exit(TERRAFORM_MISSING)
    # The interpreter logs each failure that a state machine handles, with the whole state machine.
    logging.getLogger("moto").setLevel(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="martlet-pipeline-") as folder, LocalCloud() as cloud:
        from ecs_launcher import EcsLauncher
        from lambda_host import LambdaHost

        entry = [str(arguments.program.resolve())]
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        tasks, lambdas = EcsLauncher(cloud, entry, folder), LambdaHost(cloud, entry, folder)
        with tasks, lambdas:
            run(cloud, tasks, lambdas, pathlib.Path(folder), arguments)


def run(cloud, tasks, lambdas, folder, arguments):
    import pipeline_report
    import raw_table

    step = pipeline_report.Steps()
    terraform = Terraform(cloud, folder / "terraform")
    with step("terraform init"):
        terraform.init()
    with step("terraform apply"):
        deployed = terraform.apply()
    print(f"   {len(terraform.resources())} resources")
    with step(f"raw table of {arguments.rows:,} people"):
        size = raw_table.upload(cloud, deployed["bucket"], arguments.rows)
    print(f"   {size / 1e6:.1f} MB of Parquet in {deployed['raw_location']}")
    if arguments.faults:
        import pipeline_faults

        pipeline_faults.inject(
            cloud, tasks, arguments.groups, deployed["bucket"], EXECUTION)
    client = cloud.client("stepfunctions")
    with step("execution"):
        execution = client.start_execution(
            stateMachineArn=deployed["state_machine_arn"], name=EXECUTION,
            input=json.dumps({
                "as_of": "2024-06-30", "groups": arguments.groups, "concurrency": 8,
                # One group has a corrupt shard, which no retry mends.
                "tolerated_failure_percentage": 100 / arguments.groups if arguments.faults else 0,
                "training": {"num_iterations": 100, "num_leaves": 31}}))["executionArn"]
        described = follow(cloud, tasks, execution)
    pipeline_report.show(cloud, tasks, lambdas, deployed, described)
    if described["status"] != "SUCCEEDED":
        print(tasks.log()[-5_000:], file=sys.stderr)
        sys.exit(1)
    with step("permissions"):
        check_permissions(cloud, deployed["policies"], arguments.faults)
    with step("terraform plan: nothing is to change"):
        if changes := terraform.changes():
            sys.exit(changes)
    with step("terraform destroy"):
        terraform.destroy()
    pipeline_report.check_nothing_is_left(cloud)


def check_permissions(cloud, policies, has_faults):
    """Every call of the run is allowed, and nothing is allowed that no run needs.

    A run with faults leaves out some calls of a plain one: a map that fails writes no results.
    """
    import permissions

    missing, unused = permissions.check(cloud, policies)
    count = len(cloud.requests) + len(cloud.interpreter_requests)
    print(f"   {count:,} calls against the policies")
    if missing or (unused and not has_faults):
        sys.exit("\n".join(
            ["not allowed:", *missing, "allowed, but never used:", *unused]))


def follow(cloud, tasks, execution):
    """Shows the states as they are entered, until the execution ends."""
    client = cloud.client("stepfunctions")
    seen, started = 0, time.monotonic()
    while time.monotonic() - started < SECONDS_MAX:
        described = client.describe_execution(executionArn=execution)
        events = client.get_execution_history(
            executionArn=execution, maxResults=1_000)["events"]
        for event in events[seen:]:
            if event["type"].endswith("StateEntered"):
                name = event["stateEnteredEventDetails"]["name"]
                print(f"   {time.monotonic() - started:6.1f} s  {name}")
        seen = len(events)
        if described["status"] != "RUNNING":
            return described
        if sys.stdout.isatty():
            done = sum(record["command"] == "predict" for record in tasks.records)
            print(f"\r   {done} prediction tasks done", end="\r", flush=True)
        time.sleep(0.5)
    sys.exit(f"pipeline: the execution still runs after {SECONDS_MAX} s")


if __name__ == "__main__":
    main()
