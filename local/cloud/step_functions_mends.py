"""What moto 5.2.1's Step Functions interpreter does differently from AWS, as far as a task that
waits for its token notices, put right. Each mend names the difference."""

import copy
import functools
import json
import re
import sys
import threading
import types
import uuid

import boto3
import botocore
import botocore.config
import botocore.session
import moto.ecs.models
import moto.stepfunctions.models
from moto.core.exceptions import AWSError
from moto.core.responses import EmptyResult
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name import custom_error_name
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import (
    StatesErrorNameType,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    resource,
    state_task_service,
    state_task_service_callback,
    state_task_service_ecs,
    state_task_service_unsupported,
)
from moto.stepfunctions.parser.asl.eval.callback import callback
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils import boto_client
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

Service = state_task_service.StateTaskService
TokenService = state_task_service_callback.StateTaskServiceCallback
EcsService = state_task_service_ecs.StateTaskServiceEcs
OtherService = state_task_service_unsupported.StateTaskServiceUnsupported


class TaskTimedOut(AWSError):
    TYPE, STATUS = "TaskTimedOut", 400


class InvalidToken(AWSError):
    TYPE, STATUS = "InvalidToken", 400


class InvalidOutput(AWSError):
    TYPE, STATUS = "InvalidOutput", 400


def apply():
    _mend_names()
    _mend_tokens()
    _mend_second_execution()
    _mend_container_memory()
    _mend_clients()
    _mend_heartbeat_name()
    _mend_error_names()
    _mend_queries()
    _mend_run_task()
    _mend_execution_names()
    _mend_paths()


@functools.cache
def _operation(service, action):
    model = botocore.session.Session().get_service_model(service)
    return next(
        model.operation_model(name)
        for name in model.operation_names
        if botocore.xform_name(name) == action)


def _mend_names():
    """State machines write `Cluster`, the ECS API `cluster`: the translation is a stub."""

    def parameters(self, parameters, boto_service_name=None, service_action_name=None):
        shape = _operation(
            self._get_boto_service_name(boto_service_name),
            self._get_boto_service_action(service_action_name)).input_shape
        if shape is not None:
            self._to_boto_request(parameters, shape)

    def response(self, response, boto_service_name=None, service_action_name=None):
        shape = _operation(
            self._get_boto_service_name(boto_service_name),
            self._get_boto_service_action(service_action_name)).output_shape
        if shape is not None:
            self._from_boto_response(response, shape)

    Service._normalise_parameters = parameters
    Service._normalise_response = response


def _with_open_token(backend, token, action):
    """Closed tokens answer TaskTimedOut, unknown ones InvalidToken."""
    for machine in backend.state_machines:
        for execution in machine.executions:
            environment = getattr(execution.exec_worker, "env", None)
            endpoint = environment and environment.callback_pool_manager.get(token)
            if endpoint is None:
                continue
            closed = endpoint.consumer_error is not None or endpoint.get_outcome() is not None
            if closed or execution.status != "RUNNING":
                raise TaskTimedOut("Task Timed Out: 'Provided task does not exist anymore'")
            return action(endpoint)
    raise InvalidToken("Invalid Token: 'Invalid token'")


def _mend_tokens():
    def success(self, task_token, outcome):
        try:
            json.loads(outcome)
        except ValueError:
            raise InvalidOutput("Invalid Output") from None
        result = callback.CallbackOutcomeSuccess(task_token, outcome)
        _with_open_token(self, task_token, lambda endpoint: endpoint.notify(result))

    def failure(self, task_token, error=None, cause=None):
        result = callback.CallbackOutcomeFailure(task_token, error, cause)
        _with_open_token(self, task_token, lambda endpoint: endpoint.notify(result))

    def heartbeat(self, task_token):
        # Accepted without HeartbeatSeconds, and before the interpreter listens, too.
        _with_open_token(self, task_token, lambda endpoint: endpoint.notify_heartbeat())

    def respond_failure(self):
        # The response class drops the cause.
        self.stepfunction_backend.send_task_failure(
            self._get_param("taskToken"), error=self._get_param("error"),
            cause=self._get_param("cause"))
        return EmptyResult()

    def evaluate(self, environment):
        # Each attempt of a retried state gets a token of its own.
        waits = resource.ResourceCondition.WaitForTaskToken in self._supported_integration_patterns
        if self._is_integration_pattern() and waits:
            token = environment.states.context_object.update_task_token()
            environment.callback_pool_manager.add(token)
        return Service._eval_execution(self, environment)

    def wait(self, env, callback_endpoint, heartbeat_endpoint):
        # A worker that answers before the interpreter listens was never heard.
        outcome = callback_endpoint.get_outcome()
        while env.is_running() and outcome is None:
            received = heartbeat_endpoint.clear_and_wait()
            outcome = callback_endpoint.get_outcome()
            if not received and outcome is None and env.is_running():
                outcome = callback.HeartbeatTimedOut()
        return outcome

    StepFunctionsParserBackend.send_task_success = success
    StepFunctionsParserBackend.send_task_failure = failure
    StepFunctionsParserBackend.send_task_heartbeat = heartbeat
    StepFunctionResponse.send_task_failure = respond_failure
    TokenService._eval_execution = evaluate
    TokenService._wait_for_task_token_heartbeat = wait


def _mend_second_execution():
    """Each execution copies the state machine with everything that hangs on it, and fails to."""
    moto.stepfunctions.models.StateMachine.__deepcopy__ = lambda self, _: copy.copy(self)


def _mend_container_memory():
    """Fargate needs memory for the task only, not for each container."""
    moto.ecs.models.EC2ContainerServiceBackend._calculate_task_resource_requirements = staticmethod(
        lambda _: {"CPU": 0, "MEMORY": 0, "PORTS": [], "PORTS_UDP": []})


def _mend_clients():
    """One client for each service: making one for each call is slow, and a race in a map."""
    clients, lock = {}, threading.Lock()

    def client(**settings):
        key = (settings["service_name"], settings["region_name"])
        with lock:
            if key not in clients:
                settings["config"] = settings["config"].merge(
                    botocore.config.Config(max_pool_connections=256, user_agent_extra="moto"))
                clients[key] = boto3.client(**settings)
            return clients[key]

    boto_client.boto3 = types.SimpleNamespace(client=client)


class _HeartbeatTimeout(StatesErrorName):
    """Matches retriers for `States.HeartbeatTimeout` as well as for `States.Timeout`."""

    def __eq__(self, other):
        return getattr(other, "error_name", None) in ("States.Timeout", "States.HeartbeatTimeout")

    __hash__ = None


def _mend_heartbeat_name():
    convert = TokenService._from_error

    def from_error(self, env, ex):
        event = convert(self, env, ex)
        if isinstance(ex, callback.HeartbeatTimeoutError):
            event.error_name = _HeartbeatTimeout(StatesErrorNameType.StatesTimeout)
        return event

    TokenService._from_error = from_error


def _mend_error_names():
    """A Fail state may pass on a name like `States.Timeout`; only definitions may not make one."""
    custom_error_name.CustomErrorName.__init__ = (
        lambda self, error_name: custom_error_name.ErrorName.__init__(self, error_name))


def _mend_queries():
    """athena:startQueryExecution.sync waits for the query's end; errors have Athena's name."""

    def initialize(self):
        TokenService.__init__(self, supported_integration_patterns={
            resource.ResourceCondition.WaitForTaskToken, resource.ResourceCondition.Sync})

    def resolver(self, env, resource_runtime_part, normalised_parameters, state_credentials):
        query = env.stack.pop()["QueryExecutionId"]
        client = boto_client.boto_client_for(
            resource_runtime_part.region, "athena", state_credentials)

        def resolve():
            answer = client.get_query_execution(QueryExecutionId=query)
            answer.pop("ResponseMetadata")
            state = answer["QueryExecution"]["Status"]["State"]
            if state == "SUCCEEDED":
                return json.loads(to_json_str(answer))
            if state in ("FAILED", "CANCELLED"):
                raise _task_failed(self, env, answer)
            return None

        return resolve

    convert = OtherService._from_error

    def from_error(self, env, ex):
        code = getattr(ex, "response", {}).get("Error", {}).get("Code")
        if code is None:
            return convert(self, env, ex)
        return _failure(
            self, env, custom_error_name.CustomErrorName(f"Athena.{code}"), str(ex))

    OtherService.__init__ = initialize
    OtherService._build_sync_resolver = resolver
    OtherService._from_error = from_error


def _task_failed(service, env, cause):
    name = StatesErrorName(StatesErrorNameType.StatesTaskFailed)
    return FailureEventException(_failure(service, env, name, to_json_str(cause)))


def _failure(service, env, name, cause):
    return FailureEvent(
        env=env, error_name=name, event_type=HistoryEventType.TaskFailed,
        event_details=EventDetails(taskFailedEventDetails=TaskFailedEventDetails(
            error=name.error_name, cause=cause, resource=service._get_sfn_resource(),
            resourceType=service._get_sfn_resource_type())))


def _mend_run_task():
    """A capacity provider strategy reaches ECS; throttling has the name that AWS gives it."""
    bindings = state_task_service_ecs._SUPPORTED_API_PARAM_BINDINGS["runtask"]
    bindings |= {"CapacityProviderStrategy", "Tags", "Count", "ReferenceId"}
    convert = EcsService._from_error

    def from_error(self, env, ex):
        code = getattr(ex, "response", {}).get("Error", {}).get("Code")
        if code in ("ThrottlingException", "ServerException"):
            return _failure(
                self, env, custom_error_name.CustomErrorName("ECS.AmazonECSException"), str(ex))
        return convert(self, env, ex)

    EcsService._from_error = from_error


def _mend_execution_names():
    """An execution without a name gets one."""
    start = StepFunctionsParserBackend.start_execution

    def start_named(self, arn, name=None, execution_input=None, trace_header=None):
        return start(self, arn, name or str(uuid.uuid4()), execution_input, trace_header)

    StepFunctionsParserBackend.start_execution = start_named


def _mend_paths():
    """`$.Rows[1].Data[0].Value` is one value; moto gives a list of it."""
    from jsonpath_ng.ext import parse
    from moto.stepfunctions.parser.asl.utils import json_path

    is_definite = re.compile(r"\$(\.\w+|\[\d+\])*").fullmatch
    original = json_path.extract_json

    def extract(path, data):
        value = original(path, data)
        return parse(path).find(data)[0].value if is_definite(path) else value

    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.parser"):
            if getattr(module, "extract_json", None) is original:
                module.extract_json = extract
