"""What moto 5.2.1's Distributed Map does differently from AWS, put right."""

import copy
import importlib
import json
import sys

from moto.stepfunctions.parser.api import HistoryEventType, MapRunFailedEventDetails
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
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import (
    distributed_iteration_component,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    distributed_item_processor_worker,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.result_writer import (
    result_writer_decl,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.encoding import to_json_str

Iteration = distributed_iteration_component.DistributedIterationComponent
Worker = distributed_item_processor_worker.DistributedItemProcessorWorker
Writer = importlib.import_module(
    result_writer_decl.__package__ + ".resource_eval.resource_eval_s3").ResourceEvalS3


def apply():
    # Workers of a map call themselves once for each item.
    sys.setrecursionlimit(20_000)
    _mend_tolerance()
    _mend_results()


def _mend_tolerance():
    """A map run with more failed items than it tolerates fails; moto counts, and goes on."""
    run_map = Iteration._map_run

    def map_run(self, env, eval_input):
        record = eval_input.map_run_record
        record.results = []
        run_map(self, env, eval_input)
        failed = record.item_counter.failed.get() + record.item_counter.timed_out.get()
        total = max(1, record.item_counter.total.get())
        is_tolerated = (
            failed <= (record.tolerated_failure_count or 0)
            or 100 * failed / total <= (record.tolerated_failure_percentage or 0))
        if failed and not is_tolerated:
            env.stack.pop()
            name = StatesErrorNameType.StatesExceedToleratedFailureThreshold
            raise FailureEventException(FailureEvent(
                env=env, error_name=StatesErrorName(name),
                event_type=HistoryEventType.MapRunFailed,
                event_details=EventDetails(mapRunFailedEventDetails=MapRunFailedEventDetails(
                    error=name.to_name(),
                    cause=f"{failed} of {total} items failed: more than the map tolerates"))))

    Iteration._map_run = map_run


def _mend_results():
    """ResultWriter's files hold the results; moto writes a manifest of none."""
    evaluate = Worker._eval_job

    def evaluate_and_keep(self, env, job):
        evaluate(self, env, job)
        state = env.program_state()
        has_ended_well = type(state).__name__ not in ("ProgramError", "ProgramStopped")
        entry = {
            "Name": str(job.job_index), "Input": to_json_str(job.job_input),
            "Status": "SUCCEEDED" if has_ended_well else "FAILED"}
        if has_ended_well:
            entry["Output"] = to_json_str(job.job_output)
        else:
            error = getattr(state, "error", None) or {}
            entry |= {"Error": error.get("error"), "Cause": error.get("cause")}
        self._map_run_record.results.append(entry)

    def put_results(env, resource_runtime_part, state_credentials):
        parameters = env.stack.pop()
        env.stack.pop()
        record = env.map_run_record_pool_manager.get_all()[-1]
        s3 = Writer._get_s3_client(resource_runtime_part, state_credentials)
        folder = f"{parameters['Prefix'].rstrip('/')}/{record.map_run_arn.split(':')[-1]}"
        files = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
        for status in ("SUCCEEDED", "FAILED"):
            results = [entry for entry in record.results if entry["Status"] == status]
            if results:
                body, key = json.dumps(results).encode(), f"{folder}/{status}_0.json"
                s3.put_object(Bucket=parameters["Bucket"], Key=key, Body=body)
                files[status].append({"Key": key, "Size": len(body)})
        manifest = {
            "DestinationBucket": parameters["Bucket"], "MapRunArn": record.map_run_arn,
            "ResultFiles": files}
        s3.put_object(
            Bucket=parameters["Bucket"], Key=f"{folder}/manifest.json",
            Body=json.dumps(manifest).encode())
        env.stack.append({
            "MapRunArn": record.map_run_arn,
            "ResultWriterDetails": {
                "Bucket": parameters["Bucket"], "Key": f"{folder}/manifest.json"}})

    def evaluate_writer(self, env):
        # Its parameters see the map's input; moto shows them the map's output.
        depth = len(env.stack)
        env.stack.append(copy.deepcopy(env.states.get_input()))
        self.parargs.eval(env=env)
        parameters = env.stack.pop()
        del env.stack[depth:]
        env.stack.append(parameters)
        self.resource_eval.eval_resource(env=env)

    Worker._eval_job = evaluate_and_keep
    Writer._handle_put_object = staticmethod(put_results)
    result_writer_decl.ResultWriter._eval_body = evaluate_writer
