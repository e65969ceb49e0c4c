"""S3, Step Functions and ECS on this machine: moto's server, mended where a worker would notice.

Added to moto: every request's SigV4 signature and payload hash are verified, requests are recorded,
faults can be injected, ECS tasks run as local processes with a task's environment, credentials and
metadata, functions through the Runtime API, and Athena's queries by DuckDB. Where moto differs from
AWS, the mends say how: step_functions_mends.py, map_mends.py, redrive_mends.py,
terraform_mends.py.
"""

import dataclasses
import io
import json
import os
import re
import threading
import urllib.parse

import boto3
import botocore.config
import werkzeug.serving

import signatures

REGION = "eu-west-1"
ACCOUNT = "123456789012"
LOCAL = "/_local"


@dataclasses.dataclass
class Request:
    method: str
    path: str
    query: str
    headers: dict
    # Of services that name it in a form.
    operation: str = ""


@dataclasses.dataclass
class Fault:
    """Answers the next `times` requests that match with an error."""

    method: str
    path: str
    status: int
    code: str
    times: int
    # Of `x-amz-target`, for the services whose requests all go to `/`.
    target: str = ""
    # Of the access key.
    caller: str = ""
    # Of services that name it in a form.
    operation: str = ""

    def fits(self, request):
        return (
            self.times > 0 and self.method == request.method
            and re.search(self.path, request.path)
            and re.search(self.target, request.headers.get("x-amz-target", ""))
            and re.search(self.operation, request.operation)
            and re.search(self.caller, request.headers.get("authorization", "")))


class LocalCloud:
    """One server for all services. Use as a context manager; only one can live in a process."""

    access_key = "AKIALOCALCLOUDTEST01"
    secret_key = "local+secret/key"
    container_key = "ASIALOCALCLOUDTASK01"
    container_token = "FwoGZXIvYXdzEB4aDlocal=="
    container_authorization = "Basic bG9jYWw="
    account, region = ACCOUNT, REGION

    def __init__(self, port=0):
        self._port = port
        self.requests: list[Request] = []
        # Those of the state machine.
        self.interpreter_requests: list[Request] = []
        self._roles = {self.container_key: "task", "ak": "states"}
        self.faults: list[Fault] = []
        self.secrets = {
            self.access_key: self.secret_key,
            self.container_key: self.secret_key,
            "ak": "sk",  # the interpreter's own calls
        }

    def __enter__(self):
        self._server = werkzeug.serving.make_server(
            "127.0.0.1", self._port, self._application, threaded=True,
            request_handler=_QuietHandler)
        self.endpoint = f"http://127.0.0.1:{self._server.port}"
        os.environ["MOTO_PORT"] = str(self._server.port)

        # Imported only now: moto reads its settings when it is imported.
        import moto.core.config
        import moto.server

        moto.core.config.default_user_config["stepfunctions"]["execute_state_machine"] = True
        import athena_engine
        import event_bus
        import map_mends
        import redrive_mends
        import step_functions_mends
        import terraform_mends
        from moto.moto_api import state_manager

        for model in ("ecs::task", "athena::execution"):
            # Their states follow the processes and queries that really run.
            state_manager.set_transition(model, {"progression": "manual", "times": 1 << 60})
        step_functions_mends.apply()
        map_mends.apply()
        terraform_mends.apply()
        redrive_mends.apply(self)
        self.events = event_bus.EventBus(self)
        self.athena = athena_engine.AthenaEngine(self)
        self._moto = moto.server.DomainDispatcherApplication(moto.server.create_backend_app)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()

    def client(self, service):
        return boto3.client(
            service, endpoint_url=self.endpoint, region_name=REGION,
            aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key,
            config=botocore.config.Config(retries={"total_max_attempts": 1}))

    def ecs_backend(self):
        from moto.ecs.models import ecs_backends

        return ecs_backends[ACCOUNT][REGION]

    def lambda_backend(self):
        from moto.awslambda.models import lambda_backends

        return lambda_backends[ACCOUNT][REGION]

    def function_key(self, function):
        """The access key of a function's role."""
        key = f"ASIALOCAL{function.upper().replace('-', '')}"
        self.secrets[key] = self.secret_key
        self._roles[key] = function
        return key

    def role_of(self, request):
        """`task`, `states` or a function's name; None for a person."""
        match = re.search(r"Credential=([^/]+)/", request.headers.get("authorization", ""))
        return self._roles.get(match.group(1)) if match else None

    def environment(self):
        """What a person on a laptop would export."""
        return {
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def task_environment(self, task):
        """What the ECS agent gives a Fargate task."""
        return {
            "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self.endpoint}{LOCAL}/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": self.container_authorization,
            "ECS_CONTAINER_METADATA_URI_V4": f"{self.endpoint}{LOCAL}/metadata/{task}",
        }

    def _application(self, environ, start_response):
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path.startswith(LOCAL):
            return self._answer_task(path, environ, start_response)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        request = Request(
            method, path, environ.get("QUERY_STRING", ""), signatures.headers_of(environ))
        if b"Action=" in body[:2_000] and "x-amz-target" not in request.headers:
            form = urllib.parse.parse_qs(body.decode(errors="replace"))
            request.operation = form.get("Action", [""])[0]
        is_own = "moto" in environ.get("HTTP_USER_AGENT", "")
        (self.interpreter_requests if is_own else self.requests).append(request)

        refusal = signatures.refusal(request, environ, body, self.secrets)
        if refusal:
            return _error(start_response, "403 Forbidden", refusal, request)
        for fault in self.faults:
            if fault.fits(request):
                fault.times -= 1
                return _error(start_response, f"{fault.status} Injected", fault.code, request)
        return self._moto(environ, start_response)

    def _answer_task(self, path, environ, start_response):
        if path.endswith("/credentials"):
            if environ.get("HTTP_AUTHORIZATION") != self.container_authorization:
                start_response("401 Unauthorized", [("Content-Length", "0")])
                return [b""]
            answer = {
                "AccessKeyId": self.container_key,
                "SecretAccessKey": self.secret_key,
                "Token": self.container_token,
                "Expiration": "2099-01-01T00:00:00Z",
            }
        else:
            answer = {
                "TaskARN": f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/{path.split('/')[3]}",
                "LaunchType": "FARGATE",
                "Limits": {"CPU": 2, "Memory": 4096},
            }
        body = json.dumps(answer).encode()
        start_response(
            "200 OK",
            [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


class _QuietHandler(werkzeug.serving.WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_, **__):
        pass


def _error(start_response, status, code, request):
    """An error in the service's own format: XML for S3 and SNS, JSON for Step Functions."""
    if "x-amz-target" in request.headers:
        kind, body = "application/x-amz-json-1.0", json.dumps({"__type": code, "message": code})
    else:
        kind = "application/xml"
        body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>"
        if request.operation:
            body = f"<ErrorResponse>{body}<RequestId>local</RequestId></ErrorResponse>"
        body = "<?xml version='1.0'?>" + body
    data = b"" if request.method == "HEAD" else body.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(data)))])
    return [data]


def unquoted_bucket_and_key(path):
    bucket, _, key = urllib.parse.unquote(path).lstrip("/").partition("/")
    return bucket, key
