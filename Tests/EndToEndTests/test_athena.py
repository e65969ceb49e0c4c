"""The local Athena does what the pipeline relies on: it reuses results and cuts off scans."""

import io
import itertools
import json
import time

import numpy
import pyarrow
import pyarrow.parquet
import pytest

from program import ROOT

numbers = itertools.count(1)


@pytest.fixture
def table(cloud, bucket):
    """A table of 10.4 MB in a database of its own: its name in SQL."""
    name = f"athena_{next(numbers)}"
    body = io.BytesIO()
    pyarrow.parquet.write_table(
        pyarrow.table({"n": numpy.arange(1_300_000)}), body, compression="NONE",
        use_dictionary=False)
    cloud.client("s3").put_object(Bucket=bucket, Key="t/part.parquet", Body=body.getvalue())
    glue = cloud.client("glue")
    glue.create_database(DatabaseInput={"Name": name})
    glue.create_table(DatabaseName=name, TableInput={
        "Name": "t", "StorageDescriptor": {
            "Location": f"s3://{bucket}/t/", "Columns": [{"Name": "n", "Type": "bigint"}]}})
    return f'"{name}"."t"'


def workgroup(cloud, bucket, **settings):
    name = f"group-{next(numbers)}"
    cloud.client("athena").create_work_group(Name=name, Configuration={
        "ResultConfiguration": {"OutputLocation": f"s3://{bucket}/results/"}, **settings})
    return name


def run(cloud, group, query, minutes=None):
    """What Athena says of the query at its end."""
    client = cloud.client("athena")
    reuse = {} if minutes is None else {"ResultReuseConfiguration": {
        "ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": minutes}}}
    started = client.start_query_execution(QueryString=query, WorkGroup=group, **reuse)
    while True:
        found = client.get_query_execution(
            QueryExecutionId=started["QueryExecutionId"])["QueryExecution"]
        if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
            return found
        time.sleep(0.02)


def is_reused(found):
    assert found["Status"]["State"] == "SUCCEEDED", found
    reused = found["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]
    # What is reused is not scanned.
    assert reused == (found["Statistics"]["DataScannedInBytes"] == 0)
    return reused


def test_a_select_is_reused_within_the_age_and_only_there(cloud, bucket, table):
    group, query = workgroup(cloud, bucket), f"SELECT sum(n) FROM {table}"
    assert not is_reused(run(cloud, group, query, minutes=60))
    again = run(cloud, group, query, minutes=60)
    assert is_reused(again)
    rows = cloud.client("athena").get_query_results(
        QueryExecutionId=again["QueryExecutionId"])["ResultSet"]["Rows"]
    assert rows[1]["Data"][0]["VarCharValue"] == str(1_300_000 * 1_299_999 // 2)
    assert not is_reused(run(cloud, group, query))
    assert not is_reused(run(cloud, group, query, minutes=0))
    assert not is_reused(run(cloud, group, query + " WHERE n > 1", minutes=60))
    assert not is_reused(run(cloud, workgroup(cloud, bucket), query, minutes=60))


def test_a_scan_above_the_cutoff_fails(cloud, bucket, table):
    group = workgroup(cloud, bucket, BytesScannedCutoffPerQuery=10_000_000)
    found = run(cloud, group, f"SELECT max(n) FROM {table}")
    assert found["Status"]["State"] == "FAILED"
    assert "Bytes scanned limit was exceeded" in found["Status"]["StateChangeReason"]


def test_the_state_machine_reuses_what_can_be_reused_and_its_workgroup_cuts_off():
    """Athena reuses SELECT only: CREATE TABLE AS with the setting would promise too much."""
    text = (ROOT / "terraform/state-machine/pipeline.asl.json").read_text()
    states = json.loads(
        text.replace("${retry_seconds}", "1").replace("${timeout_seconds}", "1")
        .replace("${heartbeat_seconds}", "1").replace("${network_configuration}", "{}")
        .replace("${lambda_retry}", "[]").replace("${athena_retry}", "[]")
        .replace("${predict_retry}", "[]").replace("${service_retry}", "[]"))["States"]
    inner = [branch["States"] for branch in states["Features"]["Branches"]]
    queries = {
        name: state for group in [states, *inner] for name, state in group.items()
        if "startQueryExecution" in state.get("Resource", "")}
    assert len(queries) == 6
    reusing = {
        name for name, state in queries.items()
        if "ResultReuseConfiguration" in state["Parameters"]}
    selecting = {
        name for name, state in queries.items()
        if "CREATE" not in (ROOT / "terraform/sql" / (
            state["Parameters"]["QueryString.$"].rsplit(".")[-1] + ".sql")).read_text()}
    assert reusing == selecting == {"CheckQuality"}
    # Every query names the workgroup, and the workgroup has a cutoff that callers cannot lift.
    assert all(state["Parameters"]["WorkGroup"] == "${workgroup}" for state in queries.values())
    athena = (ROOT / "terraform/modules/athena/main.tf").read_text()
    assert "bytes_scanned_cutoff_per_query     = var.bytes_scanned_max" in athena
