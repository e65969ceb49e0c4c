"""The state machine, interpreted, with the real program as task and as function: every failure
path, by the state that takes it. Terraform deploys the same files; `make pipeline` applies it."""

import io
import itertools
import json
import os
import time

import pyarrow
import pyarrow.parquet
import pytest

import deployment
import pipeline_faults
import raw_table
from athena_engine import QueryFault
from ecs_launcher import EcsLauncher, TaskFault
from lambda_host import LambdaHost
from local_cloud import Fault, LocalCloud
from program import binary

SECONDS_MAX = 60
PEOPLE = 6_000
INPUT = {
    "as_of": "2024-06-30", "groups": 4, "concurrency": 4,
    "training": {"num_iterations": 10, "num_leaves": 7},
}
numbers = itertools.count(1)


class Pipeline:
    """One deployment for all tests: each starts an execution of its own."""

    def __init__(self, cloud, tasks, functions, deployed):
        self.cloud = cloud
        self.tasks = tasks
        self.functions = functions
        self.deployed = deployed

    def run(self, name, **changes):
        return self.wait(self.start(name, **changes))

    def start(self, name, **changes):
        name = f"{name}-{next(numbers)}"
        return self.cloud.client("stepfunctions").start_execution(
            stateMachineArn=self.deployed.state_machine, name=name,
            input=json.dumps({**INPUT, **changes}))["executionArn"]

    def messages(self):
        """What the topic was told."""
        from moto.sns.models import sns_backends

        topic = sns_backends[self.cloud.account][self.cloud.region].topics[self.deployed.topic]
        return [notification[1] for notification in topic.sent_notifications]

    def clear_faults(self):
        self.tasks.faults.clear()
        self.cloud.faults.clear()
        self.cloud.athena.faults.clear()

    def wait(self, execution, seconds_max=SECONDS_MAX):
        client = self.cloud.client("stepfunctions")
        deadline = time.monotonic() + seconds_max
        while time.monotonic() < deadline:
            described = client.describe_execution(executionArn=execution)
            if described["status"] != "RUNNING":
                return Run(self, described)
            time.sleep(0.1)
        raise AssertionError(f"{execution} still runs\n{self.tasks.log()[-4000:]}")


class Run:
    """An execution that has ended."""

    def __init__(self, pipeline, described):
        self.pipeline = pipeline
        self.arn = described["executionArn"]
        self.name = described["name"]
        self.status = described["status"]
        self.error = described.get("error")
        self.cause = described.get("cause", "")
        self.output = json.loads(described.get("output") or "{}")
        history = pipeline.cloud.client("stepfunctions").get_execution_history(
            executionArn=described["executionArn"], maxResults=1000)["events"]
        self.states = [
            event["stateEnteredEventDetails"]["name"] for event in history
            if event["type"].endswith("StateEntered")]
        self.tasks = [
            record for record in pipeline.tasks.records if record["run"] == f"run:{self.name}"]

    def __str__(self):
        return f"{self.status} {self.error} {self.cause[:2000]} {self.states}"

    def succeeded(self):
        assert self.status == "SUCCEEDED", self
        assert self.output["rows_expected"] == (
            self.output["rows_predicted"] + self.output["rows_quarantined"])
        assert self.output["rows_expected"] > 0
        return self

    def failed(self, error):
        assert (self.status, self.error) == ("FAILED", error), self
        return self.noticed()

    def noticed(self):
        """Whatever goes wrong, nothing is left running, and somebody is told."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            stopped = [
                json.loads(call["event"]) for call in self.pipeline.functions.invocations
                if call["function"].endswith("-stop-orphans")]
            told = [json.loads(message) for message in self.pipeline.messages()]
            if any(event["run_id"] == self.name for event in stopped) and any(
                    message.get("name") == self.name for message in told):
                return self
            time.sleep(0.05)
        raise AssertionError(f"nobody was told of {self}")

    def redriven(self, inject=lambda: None):
        """Goes on where it failed, with other faults or none."""
        self.pipeline.clear_faults()
        inject()
        self.pipeline.cloud.client("stepfunctions").redrive_execution(executionArn=self.arn)
        return self.pipeline.wait(self.arn)


@pytest.fixture(scope="module")
def pipeline(cloud, tmp_path_factory):
    scratch = tmp_path_factory.mktemp("pipeline")
    entry = [str(binary())]
    with EcsLauncher(cloud, entry, scratch) as tasks, LambdaHost(cloud, entry, scratch) as lambdas:
        deployed = deployment.deploy(cloud, "martlet-pipeline", heartbeat_seconds=30)
        raw_table.upload(cloud, deployed.bucket, PEOPLE, files=2)
        yield Pipeline(cloud, tasks, lambdas, deployed)


@pytest.fixture(autouse=True)
def no_faults(request):
    yield
    if "pipeline" in request.fixturenames:
        request.getfixturevalue("pipeline").clear_faults()


@pytest.fixture(scope="module")
def finished(pipeline):
    """A run without any fault; later ones score its features again."""
    return pipeline.run("plain").succeeded()


@pytest.fixture(scope="module")
def features(pipeline, finished):
    root = f"s3://{pipeline.deployed.bucket}/runs/{finished.name}/features"
    return {"training": f"{root}/training/", "scoring": f"{root}/scoring/"}


def rows(pipeline, query):
    """The rows of a query, asked as a person would."""
    client = pipeline.cloud.client("athena")
    started = client.start_query_execution(
        QueryString=query, WorkGroup=pipeline.deployed.workgroup)["QueryExecutionId"]
    while True:
        described = client.get_query_execution(QueryExecutionId=started)["QueryExecution"]
        if described["Status"]["State"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.05)
    assert described["Status"]["State"] == "SUCCEEDED", described["Status"]
    answer = client.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
    return [[cell.get("VarCharValue") for cell in row["Data"]] for row in answer[1:]]


def test_a_run_ends_with_the_view_that_says_where_each_age_comes_from(pipeline, finished):
    sources = dict(rows(pipeline, """
        SELECT prediction_source, count(*) FROM "martlet"."ages" GROUP BY 1"""))
    assert set(sources) == {"KNOWN", "MODEL"}
    assert sum(map(int, sources.values())) == PEOPLE
    assert int(sources["MODEL"]) == finished.output["rows_predicted"]
    assert finished.output["metrics"]["r2"] > 0.5
    assert finished.output["groups"] == 4


def test_predictions_run_on_spot_and_training_on_demand(finished):
    assert {(task["command"], task["provider"]) for task in finished.tasks} == {
        ("train", "FARGATE"), ("predict", "FARGATE_SPOT")}
    assert all(task["cpu"] and task["memory"] for task in finished.tasks)


def test_features_that_are_there_are_not_made_again(pipeline, features):
    run = pipeline.run("given", features=features).succeeded()
    assert "Features" not in run.states


def test_prepare_refuses_an_input_that_cannot_work(pipeline):
    run = pipeline.run("wrong", training={"learning_rat": 1}).failed("Martlet.ConfigInvalid")
    assert "learning_rate" in run.cause
    assert not run.tasks


def test_a_query_that_fails_ends_the_run(pipeline):
    pipeline.cloud.athena.faults.append(QueryFault("", "HIVE_BAD_DATA: injected", times=2))
    run = pipeline.run("query").failed("States.TaskFailed")
    assert "HIVE_BAD_DATA" in run.cause


def test_plan_refuses_a_run_above_its_budget(pipeline, features):
    run = pipeline.run("budget", features=features, cost_limit=0.000001)
    assert "limit" in run.failed("Martlet.ConfigInvalid").cause
    assert not run.tasks


def test_train_is_retried_after_an_interruption(pipeline, features):
    pipeline.tasks.faults.append(TaskFault("spot", "train"))
    run = pipeline.run("interrupted", features=features).succeeded()
    assert [task["command"] for task in run.tasks].count("train") == 2


def test_train_that_dies_silently_is_noticed_by_its_event_and_retried(pipeline, features):
    pipeline.tasks.faults.append(TaskFault("kill", "train"))
    started = time.monotonic()
    run = pipeline.run("silent", features=features).succeeded()
    # Long before the heartbeat's 30 seconds.
    assert time.monotonic() - started < 25
    assert [task["exit"] for task in run.tasks if task["command"] == "train"] == [137, 0]


def test_resize_gives_training_more_memory(pipeline, features):
    pipeline.tasks.faults.append(TaskFault("memory", "train"))
    run = pipeline.run("memory", features=features).succeeded()
    first, second = [task["memory"] for task in run.tasks if task["command"] == "train"]
    assert second >= 2 * first
    assert "CountResize" in run.states


def test_resize_gives_up_after_two_sizes(pipeline, features):
    pipeline.tasks.faults.append(TaskFault("memory", "train", times=9))
    run = pipeline.run("memory-again", features=features).failed("Ecs.OutOfMemory")
    assert len(run.tasks) == 3


def test_replan_follows_an_input_that_changed(pipeline, features):
    s3 = pipeline.cloud.client("s3")
    bucket, _, prefix = features["training"].removeprefix("s3://").partition("/")
    keys = [entry["Key"] for entry in s3.list_objects_v2(
        Bucket=bucket, Prefix=prefix)["Contents"]]
    copies = f"changing-{next(numbers)}/"
    for key in keys:
        s3.copy_object(
            Bucket=bucket, Key=copies + key.rsplit("/")[-1], CopySource=f"{bucket}/{key}")
    last = copies + keys[-1].rsplit("/")[-1]
    body = s3.get_object(Bucket=bucket, Key=keys[0])["Body"].read()
    # The object that the plan pinned is another one when training reads it.
    pipeline.tasks.before_start = lambda command, _: command[0] == "train" and s3.put_object(
        Bucket=bucket, Key=last, Body=body)
    try:
        run = pipeline.run("changed", features={
            "training": f"s3://{bucket}/{copies}", "scoring": features["scoring"]})
    finally:
        pipeline.tasks.before_start = None
    run.succeeded()
    assert "CountReplan" in run.states
    assert run.states.count("Plan") == 2


def test_model_gate_stops_a_poor_model(pipeline, features):
    run = pipeline.run("gate", features=features, gate={"mae_max": 0.0001})
    run.failed("Pipeline.ModelRejected")
    assert "PredictMap" not in run.states


def test_a_lost_answer_is_given_from_the_commit(pipeline, features):
    # Of training and of one prediction; the function answers with a key of its own.
    pipeline.cloud.faults.append(Fault(
        "POST", "^/$", 400, "AccessDeniedException", 2, target=r"\.SendTaskSuccess$",
        caller=pipeline.cloud.container_key))
    run = pipeline.run("unheard", features=features).succeeded()
    # The work was done once: nothing was tried again.
    assert len(run.tasks) == 5


def test_predict_falls_back_from_spot_to_on_demand(pipeline, features):
    pipeline.tasks.faults.append(
        TaskFault("spot", "predict", groups=("00002",), times=9, only_spot=True))
    run = pipeline.run("reclaimed", features=features).succeeded()
    group = [task for task in run.tasks if task["group"] == "00002"]
    assert group[-1]["provider"] == "FARGATE"
    assert all(task["stop_code"] == "SpotInterruption" for task in group[:-1])


def test_predict_that_cannot_start_is_tried_again(pipeline, features):
    pipeline.tasks.faults.append(TaskFault("start", "predict", times=2))
    run = pipeline.run("start", features=features).succeeded()
    assert [task["stop_code"] for task in run.tasks].count("TaskFailedToStart") == 2


def test_predict_out_of_memory_gets_a_larger_task_on_demand(pipeline, features):
    pipeline.tasks.faults.append(TaskFault("memory", "predict", groups=("00000",)))
    run = pipeline.run("predict-memory", features=features).succeeded()
    first, second = [task for task in run.tasks if task["group"] == "00000"]
    assert second["memory"] > first["memory"]
    assert second["provider"] == "FARGATE"


def test_throttled_task_starts_are_retried(pipeline, features):
    pipeline.cloud.faults.append(Fault(
        "POST", "^/$", 400, "ThrottlingException", 3, target=r"\.RunTask$"))
    run = pipeline.run("throttled", features=features).succeeded()
    assert len(run.tasks) == 5


def test_reconcile_repeats_the_groups_that_are_missing(pipeline, features):
    # One group fails for good in the first map, and works in the second.
    pipeline.tasks.faults.append(TaskFault("denied", "predict", groups=("00003",)))
    run = pipeline.run("missing", features=features).succeeded()
    assert run.states.count("PredictMap") == 2
    assert [task["command"] for task in run.tasks].count("predict") == 5


def test_rows_that_are_lost_fail_the_run_and_a_redrive_predicts_only_those(pipeline, features):
    pipeline.tasks.faults.append(TaskFault("denied", "predict", groups=("00003",), times=9))
    run = pipeline.run("lost", features=features).failed("Martlet.RowsLost")
    assert "1 of 4 groups are missing: 00003" in run.cause
    assert "SwapView" not in run.states
    done = run.redriven().succeeded()
    assert [task["group"] for task in done.tasks[len(run.tasks):]] == ["00003"]
    assert done.states.count("Train") == 1


def test_a_training_that_fails_for_good_can_be_redriven(pipeline, features):
    pipeline.tasks.faults.append(TaskFault("denied", "train"))
    run = pipeline.run("denied", features=features).failed("Martlet.AccessDenied")
    assert run.states[-1] == "Train"
    done = run.redriven().succeeded()
    assert done.states.count("Plan") == 1
    assert [task["command"] for task in done.tasks].count("train") == 2


def test_each_state_of_the_publication_can_fail_and_be_redriven(pipeline, features):
    """One run, which fails in each of them and goes on from there."""
    before = rows(pipeline, 'SELECT count(*) FROM "martlet"."ages"')

    # What each of the states asks for, in their order; ReadQuality asks for no query.
    queries = {
        "CreatePredictions": "CREATE EXTERNAL TABLE", "CreateResults": 'TABLE "martlet"."results_',
        "CheckQuality": "'PASS'", "ReadQuality": None, "SwapView": "CREATE OR REPLACE VIEW"}

    def fail(state):
        if queries[state]:
            pipeline.cloud.athena.faults.append(QueryFault(queries[state], "INTERNAL_ERROR"))
        else:
            pipeline.cloud.faults.append(Fault(
                "POST", "^/$", 400, "InvalidRequestException", 1, target=r"\.GetQueryResults$"))

    fail("CreatePredictions")
    run = pipeline.run("publication", features=features)
    for state, following in zip(queries, [*list(queries)[1:], None], strict=True):
        run.failed("States.TaskFailed" if queries[state] else "Athena.InvalidRequestException")
        assert run.states[-1] == state, run
        assert rows(pipeline, 'SELECT count(*) FROM "martlet"."ages"') == before
        run = run.redriven(lambda: following and fail(following))
    run.succeeded()
    assert len(run.tasks) == 5
    assert run.states.count("Reconcile") == 1


def test_a_run_is_complete_though_nobody_can_be_told(pipeline, features):
    pipeline.cloud.faults.append(Fault(
        "POST", "^/$", 400, "AuthorizationError", 9, operation="^Publish$"))
    run = pipeline.run("untold", features=features).succeeded()
    assert run.states[-2:] == ["Notify", "Done"]


def test_what_went_well_or_runs_cannot_be_redriven(pipeline, finished):
    arn = finished.arn
    client = pipeline.cloud.client("stepfunctions")
    with pytest.raises(client.exceptions.ExecutionNotRedrivable):
        client.redrive_execution(executionArn=arn)


def test_tolerated_losses_are_published_as_what_they_are(pipeline, features):
    pipeline.tasks.faults.append(TaskFault("denied", "predict", groups=("00003",), times=9))
    run = pipeline.run("tolerated", features=features, tolerated_failure_percentage=30)
    assert run.status == "SUCCEEDED", run
    lost = run.output["rows_expected"] - run.output["rows_predicted"]
    assert run.output["quality"]["verdict"] == "INCOMPLETE"
    assert int(run.output["quality"]["without"]) == lost > 0


def test_a_corrupt_shard_is_left_out_within_the_policy_and_counted(pipeline, features):
    bucket, _, prefix = features["scoring"].removeprefix("s3://").partition("/")
    copies = f"corrupt-{next(numbers)}/"
    s3 = pipeline.cloud.client("s3")
    for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
        s3.copy_object(
            Bucket=bucket, Key=copies + entry["Key"].rsplit("/")[-1],
            CopySource=f"{bucket}/{entry['Key']}")
    pipeline_faults.corrupt(pipeline.cloud, bucket, copies)
    corrupt = {"training": features["training"], "scoring": f"s3://{bucket}/{copies}"}
    # Two shards for each task: one without any that it can read fails.
    run = pipeline.run(
        "quarantine", features=corrupt, groups=2, max_bad_shards=1).succeeded()
    assert run.output["rows_quarantined"] > 0
    assert run.output["quality"]["verdict"] == "INCOMPLETE"
    assert int(run.output["quality"]["without"]) == run.output["rows_quarantined"]


def test_quality_gate_keeps_the_old_view(pipeline, features):
    before = rows(pipeline, 'SELECT count(*) FROM "martlet"."ages"')
    s3 = pipeline.cloud.client("s3")
    # A leftover limit in a query: the run that is green, and wrong.
    key, bucket = "sql/results.sql", pipeline.deployed.bucket
    text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    s3.put_object(Bucket=bucket, Key=key, Body=text + "\nLIMIT 100")
    try:
        run = pipeline.run("limited", features=features)
    finally:
        s3.put_object(Bucket=bucket, Key=key, Body=text)
    run.failed("Pipeline.QualityRejected")
    assert "DUPLICATED" in run.cause
    assert "SwapView" not in run.states
    assert rows(pipeline, 'SELECT count(*) FROM "martlet"."ages"') == before


def test_stop_orphans_ends_the_tasks_of_a_run_that_is_aborted_and_a_redrive_goes_on(
        pipeline, features):
    pipeline.tasks.faults.append(TaskFault("hang", "train"))
    execution = pipeline.start("orphans", features=features)
    name = execution.rsplit(":")[-1]
    deadline = time.monotonic() + 30
    while not pipeline.tasks.running() and time.monotonic() < deadline:
        time.sleep(0.1)
    task = next(iter(pipeline.tasks.running().values()))
    assert task.group == f"run:{name}"
    pipeline.cloud.client("stepfunctions").stop_execution(executionArn=execution)
    run = pipeline.wait(execution)
    assert run.status == "ABORTED"
    run.noticed()
    while pipeline.tasks.running() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not pipeline.tasks.running()
    assert task.stopped_reason == f"The run {name} has ended."
    run.redriven().succeeded()


@pytest.mark.skipif(not os.environ.get("MARTLET_LARGE"), reason="MARTLET_LARGE is not set")
def test_a_map_of_300_groups_completes(pipeline, features):
    bucket, _, prefix = features["scoring"].removeprefix("s3://").partition("/")
    s3 = pipeline.cloud.client("s3")
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]]
    table = pyarrow.concat_tables(
        pyarrow.parquet.read_table(io.BytesIO(
            s3.get_object(Bucket=bucket, Key=key)["Body"].read())) for key in keys)
    for index in range(300):
        part = table.slice(index * len(table) // 300, (index + 1) * len(table) // 300
                           - index * len(table) // 300)
        body = io.BytesIO()
        pyarrow.parquet.write_table(part, body, compression="snappy")
        s3.put_object(Bucket=bucket, Key=f"many/part-{index:03}.parquet", Body=body.getvalue())
    execution = pipeline.start(
        "many", groups=300, concurrency=16,
        features={"training": features["training"], "scoring": f"s3://{bucket}/many/"})
    run = pipeline.wait(execution, seconds_max=600).succeeded()
    assert run.output["groups"] == 300
    assert len(run.tasks) == 301


def test_no_event_was_lost(pipeline):
    assert pipeline.cloud.events.failures == []
