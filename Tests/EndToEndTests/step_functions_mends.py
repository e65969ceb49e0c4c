"""What moto 5.2.1's Step Functions interpreter does differently from AWS, as far as a task that
waits for its token notices, put right. Each mend names the difference."""

import copy
import functools
import json

import botocore
import botocore.session
import moto.ecs.models
import moto.stepfunctions.models
from moto.core.exceptions import AWSError
from moto.core.responses import EmptyResult
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    resource,
    state_task_service,
    state_task_service_callback,
)
from moto.stepfunctions.parser.asl.eval.callback import callback
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

Service = state_task_service.StateTaskService
TokenService = state_task_service_callback.StateTaskServiceCallback


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
