"""Athena's queries, really run: its SQL by DuckDB, over the Parquet objects in the local S3, with
Glue as the catalog. Stands for engine 3 as far as this pipeline's queries go; what it does not
know it refuses."""

import dataclasses
import glob
import json
import os
import re
import tempfile
import threading
import time

import duckdb
import sqlglot
from moto.athena.exceptions import InvalidArgumentException
from moto.athena.models import AthenaBackend, Execution, QueryResults
from moto.athena.responses import AthenaResponse
from moto.glue.models import glue_backends
from moto.s3.models import s3_backends
from sqlglot import exp

TO_DUCKDB = {
    "tinyint": "TINYINT", "smallint": "SMALLINT", "int": "INTEGER", "integer": "INTEGER",
    "bigint": "BIGINT", "float": "FLOAT", "double": "DOUBLE", "boolean": "BOOLEAN",
    "string": "VARCHAR", "varchar": "VARCHAR", "date": "DATE", "timestamp": "TIMESTAMP",
    "binary": "BLOB",
}
TO_GLUE = {
    "BIGINT": "bigint", "INTEGER": "int", "SMALLINT": "smallint", "TINYINT": "tinyint",
    "DOUBLE": "double", "FLOAT": "float", "VARCHAR": "string", "BOOLEAN": "boolean",
    "DATE": "date", "TIMESTAMP": "timestamp", "HUGEINT": "decimal(38,0)", "BLOB": "binary",
}
MACROS = ["CREATE MACRO is_nan(x) AS isnan(x)", "CREATE MACRO arbitrary(x) AS any_value(x)"]
PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {
        "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}
EXTERNAL_TABLE = re.compile(
    r"CREATE EXTERNAL TABLE(?P<lenient> IF NOT EXISTS)?\s+`(?P<database>\w+)`\.`(?P<name>\w+)`\s*"
    r"\((?P<columns>.*?)\)\s*STORED AS PARQUET\s+LOCATION '(?P<location>s3://[^']+)'\s*$",
    re.IGNORECASE | re.DOTALL)
VIEW = re.compile(
    r'CREATE OR REPLACE VIEW\s+"(?P<database>\w+)"\."(?P<name>\w+)"\s+AS\s+(?P<body>SELECT.*)$',
    re.IGNORECASE | re.DOTALL)


class QueryError(Exception):
    """A query that Athena would end as FAILED, with its reason."""


@dataclasses.dataclass
class QueryFault:
    """Lets the next `times` queries that have `text` in them fail for `reason`."""

    text: str
    reason: str
    times: int = 1


class AthenaEngine:
    """Replaces moto's stub. Queries run one at a time, as cheap ones do in a small account."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.scanned_bytes = 0
        self.faults: list[QueryFault] = []
        # Called with the text of each query that has succeeded, before it says so.
        self.after_query = None
        self._turn = threading.Lock()
        self._local = threading.local()
        self._install()

    def _install(self):
        engine = self

        def start(backend, query, context, config, workgroup, execution_parameters):
            execution = Execution(
                query=query, context=context or {}, config=None,
                workgroup=backend.work_groups.get(workgroup or "primary"),
                execution_parameters=execution_parameters)
            execution.config = {"OutputLocation": engine._output(execution, config)}
            execution.reused = engine._earlier(backend, execution)
            execution.status, execution.reason = "QUEUED", None
            execution.scanned, execution.milliseconds = 0, 0
            backend.executions[execution.id] = execution
            threading.Thread(
                target=engine._work, args=(backend, execution), daemon=True).start()
            return execution.id

        described = AthenaResponse.get_query_execution

        def describe(response):
            answer = json.loads(described(response))
            query = answer["QueryExecution"]
            execution = response.athena_backend.executions[query["QueryExecutionId"]]
            query["Statistics"] |= {
                "DataScannedInBytes": execution.scanned,
                "TotalExecutionTimeInMillis": execution.milliseconds,
                "ResultReuseInformation": {"ReusedPreviousResult": execution.reused is not None}}
            if execution.reason:
                query["Status"]["StateChangeReason"] = execution.reason
            return json.dumps(answer)

        respond = AthenaResponse.start_query_execution

        def respond_start(response):
            # moto does not read it.
            reuse = response._get_param("ResultReuseConfiguration") or {}
            age = reuse.get("ResultReuseByAgeConfiguration", {"Enabled": False})
            engine._local.reuse_minutes = age.get("MaxAgeInMinutes", 60) if age["Enabled"] else 0
            return respond(response)

        AthenaResponse.start_query_execution = respond_start
        AthenaBackend.start_query_execution = start
        AthenaResponse.get_query_execution = describe

    def _earlier(self, backend, execution):
        """The same SELECT in the same workgroup, no older than the caller allows; None if none."""
        minutes = getattr(self._local, "reuse_minutes", 0)
        if not minutes or not re.match(r"\s*(--[^\n]*\n\s*)*(SELECT|WITH)\b", execution.query):
            return None
        return next((
            earlier for earlier in backend.executions.values()
            if earlier.status == "SUCCEEDED" and earlier.query == execution.query
            and earlier.context == execution.context and earlier.id in backend.query_results
            and earlier.workgroup is execution.workgroup
            and time.time() - earlier.end_time <= 60 * minutes), None)

    @staticmethod
    def _output(execution, config):
        settings = getattr(execution.workgroup, "configuration", None) or {}
        location = (config or {}).get("OutputLocation")
        if settings.get("EnforceWorkGroupConfiguration") or not location:
            location = (settings.get("ResultConfiguration") or {}).get("OutputLocation")
        if not location:
            raise InvalidArgumentException("No output location provided.")
        return f"{location.rstrip('/')}/{execution.id}.csv"

    def _work(self, backend, execution):
        started = time.monotonic()
        with self._turn:
            execution.status = "RUNNING"
            query = _Query(self.cloud, execution)
            try:
                self._fail_by_fault(execution.query)
                result = None if execution.reused else query.run()
                if execution.reused:
                    results = backend.query_results
                    results[execution.id] = results[execution.reused.id]
                elif result is not None:
                    self._keep(backend, execution, query, *result)
                if self.after_query:
                    self.after_query(execution.query)
                state = "SUCCEEDED"
            except Exception as error:  # noqa: BLE001: whatever it is, the query has failed
                execution.reason = f"{type(error).__name__}: {error}"[:1000]
                state = "FAILED"
        execution.scanned = query.scanned
        self.scanned_bytes += query.scanned
        execution.milliseconds = int((time.monotonic() - started) * 1000)
        execution.end_time = time.time()
        execution.status = state

    def _fail_by_fault(self, query):
        for fault in self.faults:
            if fault.times > 0 and fault.text in query:
                fault.times -= 1
                raise QueryError(fault.reason)

    @staticmethod
    def _keep(backend, execution, query, names, types, rows):
        def cell(value):
            if value is None:
                return {}
            return {"VarCharValue": str(value).lower() if isinstance(value, bool) else str(value)}

        lines = [{"Data": [{"VarCharValue": name} for name in names]}]
        lines += [{"Data": [cell(value) for value in row]} for row in rows]
        backend.query_results[execution.id] = QueryResults(
            rows=lines,
            column_info=[
                {"Name": name, "Type": TO_GLUE.get(kind, kind.lower())}
                for name, kind in zip(names, types)])
        text = "\n".join(
            ",".join(f'"{item.get("VarCharValue", "")}"' for item in line["Data"])
            for line in lines)
        bucket, key = _split(execution.config["OutputLocation"])
        query.s3.put_object(bucket, key, text.encode() + b"\n")


class _Query:
    """One query: its inputs as files, its output as objects."""

    def __init__(self, cloud, execution):
        self.execution = execution
        self.s3 = s3_backends[cloud.account]["aws"]
        self.glue = glue_backends[cloud.account][cloud.region]
        self.scanned = 0

    def run(self):
        """- Returns: names, types and rows of a SELECT; None for a statement."""
        text = self.execution.query.strip().rstrip(";")
        text = re.sub(r"^\s*(--[^\n]*\n\s*)+", "", text)
        if match := EXTERNAL_TABLE.match(text):
            return self._create_external(match)
        if match := VIEW.match(text):
            return self._create_view(match)
        tree = sqlglot.parse_one(text, read="athena")
        if isinstance(tree, exp.Create):
            if tree.kind != "TABLE" or tree.expression is None:
                raise QueryError(f"NOT_SUPPORTED: {text[:60]}")
        elif not isinstance(tree, exp.Query):
            raise QueryError(f"NOT_SUPPORTED: {text[:60]}")
        body = tree.expression if isinstance(tree, exp.Create) else tree
        with tempfile.TemporaryDirectory() as folder:
            connection = duckdb.connect(config={"threads": 2, "memory_limit": "2GB"})
            # Trino's rules: 7 / 2 is 3, and times have no zone.
            connection.execute("SET TimeZone='UTC'; SET integer_division=true")
            for macro in MACROS:
                connection.execute(macro)
            self._open_tables(connection, body, folder)
            self._check_cutoff()
            if isinstance(tree, exp.Create):
                self._create_table(connection, tree, body.sql("duckdb"), folder)
                return None
            cursor = connection.execute(body.sql("duckdb"))
            return (
                [column[0] for column in cursor.description],
                [str(column[1]) for column in cursor.description], cursor.fetchall())

    # MARK: What is read

    def _open_tables(self, connection, body, folder):
        names = {cte.alias for cte in body.find_all(exp.CTE)}
        for table in {
                (table.db, table.name) for table in body.find_all(exp.Table)
                if table.db or table.name not in names}:
            self._open_table(connection, *table, folder)

    def _open_table(self, connection, database, name, folder):
        try:
            table = self.glue.get_table(database, name).as_dict()
        except Exception:
            raise QueryError(f"TABLE_NOT_FOUND: Table '{database}.{name}' does not exist") from None
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{database}"')
        if table.get("TableType") == "VIRTUAL_VIEW":
            body = sqlglot.parse_one(table["ViewOriginalText"], read="athena")
            self._open_tables(connection, body, folder)
            connection.execute(f'CREATE VIEW "{database}"."{name}" AS {body.sql("duckdb")}')
            return
        storage = table["StorageDescriptor"]
        target = os.path.join(folder, database, name)
        os.makedirs(target, exist_ok=True)
        columns = [(column["Name"], TO_DUCKDB[column["Type"]]) for column in storage["Columns"]]
        if not self._fetch(storage["Location"], target):
            kinds = ", ".join(f'"{column}" {kind}' for column, kind in columns)
            connection.execute(f'CREATE TABLE "{database}"."{name}" ({kinds})')
            return
        casts = ", ".join(f'CAST("{column}" AS {kind}) AS "{column}"' for column, kind in columns)
        connection.execute(
            f'CREATE VIEW "{database}"."{name}" AS SELECT {casts} '
            f"FROM read_parquet('{target}/*', union_by_name=true)")

    def _fetch(self, location, folder):
        """The visible objects at a location, as files. - Returns: how many."""
        bucket, prefix = _split(location if location.endswith("/") else location + "/")
        count = 0
        for key in self._keys(bucket, prefix):
            name = os.path.basename(key)
            if not name or name.startswith(("_", ".")):
                continue
            value = self.s3.get_object(bucket, key).value
            with open(os.path.join(folder, f"{count}-{name}"), "wb") as file:
                file.write(value)
            self.scanned += len(value)
            count += 1
        return count

    def _keys(self, bucket, prefix):
        return sorted(
            key for key in list(self.s3.get_bucket(bucket).keys.keys()) if key.startswith(prefix))

    def _check_cutoff(self):
        settings = getattr(self.execution.workgroup, "configuration", None) or {}
        cutoff = settings.get("BytesScannedCutoffPerQuery")
        if cutoff and self.scanned > int(cutoff):
            raise QueryError("Bytes scanned limit was exceeded")

    # MARK: What is written

    def _create_external(self, match):
        columns = [
            tuple(part.replace("`", "").split()) for part in match["columns"].strip().split(",")]
        tables = self.glue.get_database(match["database"]).tables
        if match["name"] in tables:
            if not match["lenient"]:
                raise QueryError(f"AlreadyExistsException: Table {match['name']} already exists")
            return None
        self._declare(match["database"], match["name"], match["location"], [
            {"Name": name, "Type": kind} for name, kind in columns])
        return None

    def _create_view(self, match):
        tables = self.glue.get_database(match["database"]).tables
        tables.pop(match["name"], None)
        self.glue.create_table(match["database"], match["name"], {
            "Name": match["name"], "TableType": "VIRTUAL_VIEW",
            "ViewOriginalText": match["body"], "Parameters": {"presto_view": "true"},
            "StorageDescriptor": {"Columns": [], "Location": ""}})
        return None

    def _declare(self, database, name, location, columns):
        self.glue.create_table(database, name, {
            "Name": name, "TableType": "EXTERNAL_TABLE", "PartitionKeys": [],
            "StorageDescriptor": {"Location": location, "Columns": columns, **PARQUET}})

    def _create_table(self, connection, tree, sql, folder):
        properties = _properties(tree)
        table = tree.this.find(exp.Table)
        if table.name in self.glue.get_database(table.db).tables:
            raise QueryError(
                f"TABLE_ALREADY_EXISTS: Destination table '{table.db}.{table.name}' exists")
        location = properties["external_location"]
        bucket, prefix = _split(location)
        if self._keys(bucket, prefix):
            raise QueryError(
                f"HIVE_PATH_ALREADY_EXISTS: Target directory already exists: {location}")
        count = int(properties.get("bucket_count", 1))
        if count > 100:
            raise QueryError("TOO_MANY_OPEN_PARTITIONS: at most 100 writers")
        key = properties.get("bucketed_by")
        bucketed = f"hash({key}) % {count}" if key else "0"
        connection.execute(
            f"CREATE TEMP TABLE output AS SELECT *, {bucketed} AS _bucket FROM ({sql})")
        columns = [
            {"Name": row[0], "Type": TO_GLUE.get(row[1], row[1].lower())}
            for row in connection.execute("DESCRIBE output").fetchall() if row[0] != "_bucket"]
        for index in range(count):
            path = os.path.join(folder, f"output-{index}.parquet")
            connection.execute(
                f"COPY (SELECT * EXCLUDE _bucket FROM output WHERE _bucket = {index}) TO '{path}' "
                f"(FORMAT PARQUET, COMPRESSION {properties.get('write_compression', 'GZIP')})")
        # Written under names like Athena's own: query, bucket, and a suffix.
        for index, path in enumerate(sorted(glob.glob(os.path.join(folder, "output-*.parquet")))):
            with open(path, "rb") as file:
                self.s3.put_object(
                    bucket, f"{prefix}{self.execution.id}_bucket-{index:05}.snappy.parquet",
                    file.read())
        self._declare(table.db, table.name, location, columns)


def _properties(tree):
    found = {}
    for item in (tree.args.get("properties") or exp.Properties(expressions=[])).expressions:
        if isinstance(item, exp.FileFormatProperty):
            if item.this.name.upper() != "PARQUET":
                raise QueryError("NOT_SUPPORTED: format")
            continue
        name = item.name.lower() if isinstance(item, exp.Property) else ""
        value = item.args.get("value")
        if name == "bucketed_by":
            found[name] = value.find(exp.Literal).name
        elif name in ("external_location", "bucket_count", "write_compression"):
            found[name] = value.name
        else:
            raise QueryError(f"NOT_SUPPORTED: table property in {item.sql()}")
    return found


def _split(url):
    bucket, _, key = url.removeprefix("s3://").partition("/")
    return bucket, key
