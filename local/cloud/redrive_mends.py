"""What moto 5.2.1 lacks of the end of an execution: the event, StopExecution, RedriveExecution.

As in AWS, a redrive enters the state again that was entered and not left, with the same input; a
Fail state fails again. Unlike AWS, a map or a parallel state starts from its first item or branch.
"""

import datetime

from moto.core.exceptions import AWSError
from moto.core.responses import ActionResult
from moto.stepfunctions.parser.api import ExecutionStatus
from moto.stepfunctions.parser.asl.eval.environment import Environment
from moto.stepfunctions.parser.asl.eval.program_state import ProgramStopped
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str
from moto.stepfunctions.parser.backend import execution as execution_module
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker
from moto.stepfunctions.responses import StepFunctionResponse

Communication = execution_module.BaseExecutionWorkerCommunication
UNSUCCESSFUL = {ExecutionStatus.FAILED, ExecutionStatus.ABORTED, ExecutionStatus.TIMED_OUT}


class ExecutionNotRedrivable(AWSError):
    TYPE, STATUS = "ExecutionNotRedrivable", 400


def apply(cloud):
    _mend_end(cloud)
    _mend_stop()
    _mend_context()
    StepFunctionResponse.redrive_execution = _respond


def _mend_end(cloud):
    """Step Functions Execution Status Change. Source: the Step Functions developer guide."""
    reflect = Communication.terminated

    def terminated(self):
        reflect(self)
        ended = self.execution
        detail = {
            "executionArn": ended.exec_arn, "stateMachineArn": ended.state_machine.arn,
            "name": ended.name, "status": ended.status, "input": to_json_str(ended.input_data),
            "startDate": _milliseconds(ended.start_date),
            "stopDate": _milliseconds(ended.stop_date),
            "error": ended.error, "cause": ended.cause,
            "redriveCount": getattr(ended, "redrive_count", 0),
        }
        cloud.events.emit(
            "aws.states", "Step Functions Execution Status Change", detail, [ended.exec_arn])

    Communication.terminated = terminated


def _mend_stop():
    """A state that waits for its token hears of it at once, and the execution ends as ABORTED."""
    stop, set_error = ExecutionWorker.stop, Environment.set_error

    def stop_and_wake(self, *arguments, **named):
        stop(self, *arguments, **named)
        for endpoint in list(self.env.callback_pool_manager._pool.values()):
            endpoint.interrupt_all()

    def keep_stopped(self, error):
        if not isinstance(self._program_state, ProgramStopped):
            set_error(self, error)

    ExecutionWorker.stop, Environment.set_error = stop_and_wake, keep_stopped


def _milliseconds(date):
    return int(date.timestamp() * 1_000)


def _mend_context():
    """`$$.Execution.RedriveCount` is there, 0 at first; a redriven worker starts where it ended."""
    make = ExecutionWorker._get_evaluation_environment
    enter = ExecutionWorker._get_evaluation_entrypoint

    def environment(self):
        made = make(self)
        resumed = getattr(self, "resumed", None)
        context = made.states.context_object.context_object_data
        context["Execution"]["RedriveCount"] = resumed["count"] if resumed else 0
        if resumed:
            made.states.reset(resumed["input"])
            made.event_manager = resumed["events"]
        return made

    def entrypoint(self):
        program = enter(self)
        if resumed := getattr(self, "resumed", None):
            program.start_at.start_at_name = resumed["state"]
        return program

    ExecutionWorker._get_evaluation_environment = environment
    ExecutionWorker._get_evaluation_entrypoint = entrypoint


def _respond(response):
    arn = response._get_param("executionArn")
    found = response.stepfunction_backend.describe_execution(arn)
    if found.exec_status not in UNSUCCESSFUL:
        raise ExecutionNotRedrivable(f"The execution is {found.status}")
    _redrive(found)
    return ActionResult({"redriveDate": datetime.datetime.now(datetime.timezone.utc)})


def _redrive(ended):
    environment = ended.exec_worker.env
    entered = _unfinished(environment.event_manager.get_event_history())
    ended.redrive_count = getattr(ended, "redrive_count", 0) + 1
    ended.error = ended.cause = ended.stop_date = None
    worker = ended._get_start_execution_worker()
    worker.resumed = {
        "state": entered["name"], "input": execution_module.json.loads(entered["input"]),
        "count": ended.redrive_count, "events": environment.event_manager}
    ended.exec_worker = worker
    ended.exec_status = ExecutionStatus.RUNNING
    worker.start()


def _unfinished(events):
    """The outermost state that was entered last and not left."""
    open_states = []
    for event in events:
        if event["type"] == "ExecutionStarted":
            open_states.clear()
        elif event["type"].endswith("StateEntered"):
            open_states.append(event["stateEnteredEventDetails"])
        elif event["type"].endswith("StateExited"):
            name = event["stateExitedEventDetails"]["name"]
            open_states.remove(next(one for one in open_states if one["name"] == name))
    return open_states[0]
