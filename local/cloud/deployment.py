"""The pipeline in the local cloud without Terraform, in a second: for tests of the state machine.

Takes the same files that Terraform deploys: the state machine, the queries, the task definition.
`make pipeline` applies the Terraform itself.
"""

import dataclasses
import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FUNCTIONS = ["prepare", "plan", "reconcile", "task-stopped", "stop-orphans"]
NAME = "martlet"
DATABASE = "martlet"
RAW_TABLE = "people"


@dataclasses.dataclass
class Deployment:
    """What was deployed, by the names that the cloud gave it."""

    bucket: str
    state_machine: str
    cluster: str
    topic: str
    database: str = DATABASE
    workgroup: str = NAME


def fill(text, values):
    """Terraform's templatefile, as far as the files here use it."""
    return re.sub(r"\$\{(\w+)\}", lambda match: str(values[match.group(1)]), text)


def retries(retry_seconds):
    template = (ROOT / "terraform/state-machine/retries.json.tftpl").read_text()
    parts = json.loads(fill(template, {"retry_seconds": retry_seconds}))
    return {name: json.dumps(part) for name, part in parts.items()}


def definition(values, retry_seconds=1, heartbeat_seconds=300):
    """The state machine with its names filled in."""
    text = (ROOT / "terraform/state-machine/pipeline.asl.json").read_text()
    return fill(text, {
        "partition": "aws", "timeout_seconds": 86_400, "heartbeat_seconds": heartbeat_seconds,
        "retry_seconds": retry_seconds, **retries(retry_seconds), **values})


def deploy(cloud, bucket, **settings):
    """- Returns: the deployment; `settings` are those of `definition`."""
    account, region = cloud.account, cloud.region
    role = f"arn:aws:iam::{account}:role/{NAME}"
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    for path in sorted((ROOT / "terraform/sql").glob("*.sql")):
        s3.upload_file(str(path), bucket, f"sql/{path.name}")
    cloud.client("iam").create_role(RoleName=NAME, AssumeRolePolicyDocument="{}")
    _make_catalog(cloud, bucket)
    ecs = cloud.client("ecs")
    cluster = ecs.create_cluster(clusterName=NAME)["cluster"]["clusterArn"]
    text = (ROOT / "task-definitions/worker.json").read_text()
    task = ecs.register_task_definition(**json.loads(fill(text, {
        "execution_role_arn": role, "task_role_arn": role, "image": "martlet:local",
        "log_group": f"/{NAME}/worker", "region": region,
        "environment": "local"})))["taskDefinition"]
    functions = {name: _make_function(cloud, name, bucket, role) for name in FUNCTIONS}
    topic = cloud.client("sns").create_topic(Name=NAME)["TopicArn"]
    _watch_tasks(cloud, functions["task-stopped"], cluster)
    ec2 = cloud.client("ec2")
    network = {"AwsvpcConfiguration": {
        "Subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
        "SecurityGroups": [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]],
        "AssignPublicIp": "DISABLED"}}
    machine = cloud.client("stepfunctions").create_state_machine(
        name=NAME, roleArn=role, definition=definition({
            "bucket": bucket, "cluster": cluster, "database": DATABASE, "workgroup": NAME,
            "query_results": f"s3://{bucket}/query-results/", "topic": topic,
            "task_definition": task["taskDefinitionArn"],
            "network_configuration": json.dumps(network),
            **{f"{name.replace('-', '_')}_function": arn for name, arn in functions.items()},
        }, **settings))
    _watch_runs(cloud, machine["stateMachineArn"], topic, functions["stop-orphans"], {
        "cluster": cluster, "family": task["family"]})
    return Deployment(bucket, machine["stateMachineArn"], cluster, topic)


def _make_catalog(cloud, bucket):
    cloud.client("athena").create_work_group(Name=NAME, Configuration={
        "EnforceWorkGroupConfiguration": False,
        "BytesScannedCutoffPerQuery": 1 << 40,
        "ResultConfiguration": {"OutputLocation": f"s3://{bucket}/query-results/"}})
    glue = cloud.client("glue")
    glue.create_database(DatabaseInput={"Name": DATABASE})
    columns = json.loads((ROOT / "terraform/sql/people.columns.json").read_text())
    glue.create_table(DatabaseName=DATABASE, TableInput={
        "Name": RAW_TABLE, "TableType": "EXTERNAL_TABLE", "PartitionKeys": [],
        "StorageDescriptor": {
            "Location": f"s3://{bucket}/raw/people/",
            "Columns": [{"Name": name, "Type": kind} for name, kind in columns.items()],
            "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"}})


def _make_function(cloud, name, bucket, role):
    return cloud.client("lambda").create_function(
        FunctionName=f"{NAME}-{name}", Role=role, PackageType="Image", Timeout=120,
        Code={"ImageUri": f"{cloud.account}.dkr.ecr.{cloud.region}.amazonaws.com/{NAME}:local"},
        ImageConfig={"Command": ["lambda", name]},
        Environment={"Variables": {
            "PIPELINE_STORAGE": f"s3://{bucket}/", "PIPELINE_QUERIES": f"s3://{bucket}/sql/",
            "PIPELINE_DATABASE": DATABASE, "PIPELINE_RAW_TABLE": RAW_TABLE,
            "MARTLET_LOG_FORMAT": "json"}})["FunctionArn"]


def _watch_tasks(cloud, function, cluster):
    events = cloud.client("events")
    events.put_rule(Name=f"{NAME}-task-stopped", EventPattern=json.dumps({
        "source": ["aws.ecs"], "detail-type": ["ECS Task State Change"],
        "detail": {"lastStatus": ["STOPPED"], "clusterArn": [cluster]}}))
    events.put_targets(
        Rule=f"{NAME}-task-stopped", Targets=[{"Id": "function", "Arn": function}])


def _watch_runs(cloud, machine, topic, function, task):
    events = cloud.client("events")
    events.put_rule(Name=f"{NAME}-run-ended", EventPattern=json.dumps({
        "source": ["aws.states"], "detail-type": ["Step Functions Execution Status Change"],
        "detail": {
            "status": ["FAILED", "TIMED_OUT", "ABORTED"], "stateMachineArn": [machine]}}))
    events.put_targets(Rule=f"{NAME}-run-ended", Targets=[
        {"Id": "orphans", "Arn": function, "InputTransformer": {
            "InputPathsMap": {"run": "$.detail.name"},
            "InputTemplate": json.dumps({"run_id": 0, **task}).replace("0", "<run>", 1)}},
        {"Id": "topic", "Arn": topic, "InputPath": "$.detail"}])
