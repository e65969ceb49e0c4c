"""What a local run of the pipeline came to: rows, times, and what the tasks would have cost."""

import collections
import contextlib
import json
import sys
import time

# Fargate in us-east-1, Linux on x86, USD an hour; Spot asks for about three tenths.
VCPU_HOUR, GB_HOUR, SPOT_SHARE = 0.04048, 0.004445, 0.3
ATHENA_TERABYTE = 5.0
# A task is billed from its image pull on, a minute at least.
START_SECONDS, BILLED_SECONDS_MIN = 50, 60


class Steps:
    """`with step("title")` says what is done, and how long it took."""

    @contextlib.contextmanager
    def __call__(self, title):
        print(f"-- {title}", flush=True)
        started = time.monotonic()
        yield
        print(f"   {time.monotonic() - started:.1f} s", flush=True)


def show(cloud, tasks, lambdas, deployed, described):
    """Rows and their conservation, tasks, functions, queries, money."""
    print(f"\n{described['status']}", described.get("error") or "")
    if described["status"] != "SUCCEEDED":
        print(described.get("cause", "")[:2_000])
        return
    output = json.loads(described["output"])
    _show_rows(cloud, deployed, output)
    _show_tasks(tasks.records)
    calls = collections.Counter(call["function"] for call in lambdas.invocations)
    print("\nfunctions  " + ", ".join(f"{name} {count}" for name, count in sorted(calls.items())))
    _show_money(cloud, tasks.records, output)
    if cloud.events.failures:
        sys.exit(f"events that were lost: {cloud.events.failures}")


def _show_rows(cloud, deployed, output):
    expected, predicted, quarantined = (
        output[name] for name in ("rows_expected", "rows_predicted", "rows_quarantined"))
    missing = expected - predicted - quarantined
    print(f"\nrows       {expected:,} to predict = {predicted:,} predicted "
          f"+ {quarantined:,} quarantined + {missing:,} missing, in {output['groups']} groups")
    # The results say NONE for each of these, and for nobody else.
    if missing + quarantined != int(output["quality"]["without"]):
        sys.exit("rows were lost")
    metrics = ", ".join(f"{name} {value:.3f}" for name, value in output["metrics"].items())
    print(f"model      {metrics} on people held back")
    query = f"""
        SELECT prediction_source, count(*) AS people, round(avg(age), 2) AS mean_age
        FROM "{deployed['database']}"."ages" GROUP BY 1 ORDER BY 1"""
    print("view       ages:")
    for source, people, mean in rows(cloud, deployed["workgroup"], query):
        print(f"             {source:<6} {int(people):>12,}   mean age {mean}")


def rows(cloud, workgroup, query):
    """The rows of a query, asked as a person would."""
    client = cloud.client("athena")
    name = client.start_query_execution(
        QueryString=query, WorkGroup=workgroup)["QueryExecutionId"]
    while True:
        status = client.get_query_execution(QueryExecutionId=name)["QueryExecution"]["Status"]
        if status["State"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.05)
    if status["State"] != "SUCCEEDED":
        sys.exit(f"the view cannot be read: {status}")
    answer = client.get_query_results(QueryExecutionId=name)["ResultSet"]["Rows"][1:]
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in answer]


def _show_tasks(records):
    print("\ntasks      command   provider       how it ended                 count  seconds")
    groups = collections.defaultdict(list)
    for record in records:
        end = record["stop_code"] if record["exit"] in (0, None) else (
            f"{record['stop_code']} {record['exit']}")
        groups[record["command"], record["provider"], end].append(record["seconds"])
    for (command, provider, end), seconds in sorted(groups.items()):
        print(f"           {command:<9} {provider:<14} {end:<28} {len(seconds):>5} "
              f"{sum(seconds):>8.1f}")


def _show_money(cloud, records, output):
    """What these tasks would have cost: sizes as planned, times as measured here."""
    dollars = 0.0
    for record in records:
        hours = max(BILLED_SECONDS_MIN, START_SECONDS + record["seconds"]) / 3_600
        price = record["cpu"] / 1_024 * VCPU_HOUR + record["memory"] / 1_024 * GB_HOUR
        dollars += hours * price * (
            SPOT_SHARE if record["provider"] == "FARGATE_SPOT" else 1)
    scanned = cloud.athena.scanned_bytes
    queries = max(scanned, 10 << 20) / 1e12 * ATHENA_TERABYTE
    print(f"money      tasks {dollars:.4f} USD (planned {output['usd_planned']:.4f} on demand), "
          f"queries {queries:.4f} USD for {scanned / 1e6:.0f} MB\n")


def check_nothing_is_left(cloud):
    """After `terraform destroy`."""
    left = {
        "buckets": cloud.client("s3").list_buckets()["Buckets"],
        "functions": cloud.client("lambda").list_functions()["Functions"],
        "state machines": cloud.client("stepfunctions").list_state_machines()["stateMachines"],
        "clusters": [
            cluster for cluster in cloud.client("ecs").describe_clusters(
                clusters=cloud.client("ecs").list_clusters()["clusterArns"] or ["none"])["clusters"]
            if cluster["status"] == "ACTIVE"],
        "roles": cloud.client("iam").list_roles()["Roles"],
        "endpoints": [
            endpoint for endpoint in cloud.client("ec2").describe_vpc_endpoints()["VpcEndpoints"]
            if endpoint["State"] != "deleted"],
        "rules": cloud.client("events").list_rules()["Rules"],
        "topics": cloud.client("sns").list_topics()["Topics"],
        "repositories": cloud.client("ecr").describe_repositories()["repositories"],
        "log groups": [
            group for group in cloud.client("logs").describe_log_groups()["logGroups"]
            if "/aws/lambda/" not in group["logGroupName"]],
    }
    if found := {name: len(things) for name, things in left.items() if things}:
        sys.exit(f"destroy left something: {found}")
    print("   nothing is left")
