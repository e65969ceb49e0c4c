"""Runs what ECS would run as a local process: RunTask starts it, StopTask and Spot end it."""

import contextlib
import dataclasses
import datetime
import os
import pathlib
import signal
import subprocess
import threading

import moto.ecs.models
import moto.ecs.responses

import log_streams

Backend = moto.ecs.models.EC2ContainerServiceBackend
Response = moto.ecs.responses.EC2ContainerServiceResponse

# Between SIGTERM and SIGKILL, as the task definition's stopTimeout and Spot's notice.
STOP_SECONDS = 120


@dataclasses.dataclass
class TaskFault:
    """Lets the next `times` tasks that fit come to grief.

    kind: `start` never starts; `kill` dies by SIGKILL; `memory` the same, for want of memory;
    `spot` is reclaimed; `hang` neither works nor ends; `denied` may not do anything.
    """

    kind: str
    command: str
    groups: tuple = ()
    times: int = 1
    # A task that only Spot loses.
    only_spot: bool = False

    def fits(self, command, environment, capacity):
        return (
            self.times > 0 and command[:1] == [self.command]
            and (not self.groups or environment.get("SHARD_GROUP") in self.groups)
            and (not self.only_spot or capacity == "FARGATE_SPOT"))


class EcsLauncher:
    """Starts `entry_point` for each task, with the definition's and the override's settings."""

    def __init__(self, cloud, entry_point, scratch, tasks_max=8):
        self.cloud = cloud
        self.entry_point = entry_point
        self.scratch = pathlib.Path(scratch)
        self.processes: list[subprocess.Popen] = []
        self.faults: list[TaskFault] = []
        # Called with command and environment before a task's process starts.
        self.before_start = None
        # What each task was, for the summary: see `_finish`.
        self.records: list[dict] = []
        self._slots = threading.Semaphore(tasks_max)
        self._lock = threading.RLock()
        self._running = {}
        self._local = threading.local()
        self._closing = False

    def __enter__(self):
        self._replaced = [
            (owner, name, getattr(owner, name)) for owner, name in [
                (Backend, "run_task"), (Backend, "stop_task"), (Backend, "list_tasks"),
                (Response, "run_task")]]
        run, list_tasks = Backend.run_task, Backend.list_tasks
        respond = Response.run_task
        launcher = self

        def respond_run_task(response):
            # moto knows launch types only; a strategy names its provider.
            strategy = response._get_param("capacityProviderStrategy") or [{}]
            launcher._local.provider = strategy[0].get("capacityProvider")
            return respond(response)

        def run_task(backend, cluster, definition, count, overrides, started_by, tags,
                     launch_type, *arguments, **named):
            provider = getattr(launcher._local, "provider", None)
            with launcher._lock:
                tasks = run(
                    backend, cluster, definition, count, overrides, started_by, tags,
                    launch_type or "FARGATE", *arguments, **named)
            for task in tasks:
                task.capacity_provider_name = provider
                task.created_at = _now()
                task.last_status = "PROVISIONING"
                task.containers[0].exitCode = None
                described = backend.describe_task_definition(task.task_definition_arn)
                threading.Thread(
                    target=launcher._run, args=(task, described), daemon=True).start()
            return tasks

        def stop_task(backend, cluster, name, reason):
            return launcher.stop(name.split("/")[-1], "UserInitiated", reason)

        def listed(backend, *arguments, **named):
            with launcher._lock:
                return list_tasks(backend, *arguments, **named)

        Backend.run_task, Backend.stop_task, Backend.list_tasks = run_task, stop_task, listed
        Response.run_task = respond_run_task
        return self

    def __exit__(self, *_):
        self._closing = True
        for owner, name, original in self._replaced:
            setattr(owner, name, original)
        for process in self.processes:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    # MARK: A task's life

    def _run(self, task, definition):
        container = definition.container_definitions[0]
        override = next(
            (one for one in task.overrides.get("containerOverrides", [])
             if one["name"] == container["name"]), {})
        environment = {
            "PATH": os.environ["PATH"],
            "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
            **self.cloud.task_environment(task.id),
        }
        for pair in container.get("environment", []) + override.get("environment", []):
            environment[pair["name"]] = pair["value"]
        command = override.get("command") or container.get("command") or []
        with self._slots:
            if self._closing:
                return
            if task.desired_status == "STOPPED":
                self._finish(task, None, task.stop_code, task.stopped_reason, environment, command)
                return
            self._start(task, environment, command, container)

    def _start(self, task, environment, command, container):
        fault = self._take_fault(task, environment, command)
        if fault == "start":
            self._finish(
                task, None, "TaskFailedToStart", "CannotPullContainerError: injected",
                environment, command)
            return
        if fault == "denied":
            environment["AWS_ACCESS_KEY_ID"] = environment["AWS_SECRET_ACCESS_KEY"] = "revoked"
        if self.before_start:
            self.before_start(command, environment)
        folder = self.scratch / task.id
        folder.mkdir(parents=True)
        environment["TMPDIR"] = str(folder)
        program = ["sleep", "600"] if fault in ("hang", "kill", "memory") else [
            *self.entry_point, *command]
        with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as errors:
            process = subprocess.Popen(
                program, env=environment, stdout=out, stderr=errors, start_new_session=True)
        process.folder = folder
        task.started_at = _now()
        with self._lock:
            self._running[task.id] = (task, process)
            self.processes.append(process)
        task.last_status = "RUNNING"
        self._emit(task)
        if fault in ("kill", "memory"):
            process.kill()
        elif fault == "spot":
            self.stop(task.id, "SpotInterruption", "Your Spot Task was interrupted.")
        code = process.wait()
        if self._closing:
            return
        options = (container.get("logConfiguration") or {}).get("options", {})
        self._keep_log(task, folder, container["name"], options)
        if fault == "memory":
            task.containers[0].reason = "OutOfMemoryError: Container killed due to memory usage"
        self._finish(
            task, 128 - code if code < 0 else code,
            getattr(task, "stop_code", None) or "EssentialContainerExited",
            task.stopped_reason or "Essential container in task exited", environment, command)

    def _take_fault(self, task, environment, command):
        with self._lock:
            for fault in self.faults:
                if fault.fits(command, environment, task.capacity_provider_name):
                    fault.times -= 1
                    return fault.kind
        return None

    def _finish(self, task, code, stop_code, reason, environment, command):
        container = task.containers[0]
        container.exitCode, container.last_status = code, "STOPPED"
        task.stop_code, task.stopped_reason = stop_code, reason
        task.stopped_at = _now()
        task.desired_status = task.last_status = "STOPPED"
        with self._lock:
            self._running.pop(task.id, None)
            started = getattr(task, "started_at", None)
            self.records.append({
                "command": command[0] if command else "", "exit": code, "stop_code": stop_code,
                "group": environment.get("SHARD_GROUP"), "run": task.group,
                "provider": task.capacity_provider_name or "FARGATE",
                "cpu": int(task.overrides.get("cpu") or 0),
                "memory": int(task.overrides.get("memory") or 0),
                "seconds": (task.stopped_at - started).total_seconds() if started else 0.0,
            })
        self._emit(task)

    def stop(self, task_id, stop_code, reason):
        """SIGTERM now, SIGKILL when the task does not listen."""
        with self._lock:
            task, process = self._running.get(task_id, (None, None))
            if task is None:
                task = next(
                    found for tasks in self.cloud.ecs_backend().tasks.values()
                    for name, found in tasks.items() if name.endswith(task_id))
        task.desired_status = "STOPPED"
        task.stop_code, task.stopped_reason = stop_code, reason
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            timer = threading.Timer(STOP_SECONDS, self._kill, args=(process,))
            timer.daemon = True
            timer.start()
        return task

    @staticmethod
    def _kill(process):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)

    def running(self):
        """The tasks that run now: id and task."""
        with self._lock:
            return {name: task for name, (task, _) in self._running.items()}

    # MARK: What others see

    def _emit(self, task):
        """ECS Task State Change. Source: the ECS developer guide's example events."""
        container = task.containers[0]
        shown = {"name": container.name, "lastStatus": container.last_status}
        if container.exitCode is not None:
            shown["exitCode"] = container.exitCode
        if getattr(container, "reason", None):
            shown["reason"] = container.reason
        detail = {
            "taskArn": task.task_arn, "clusterArn": task.cluster_arn,
            "taskDefinitionArn": task.task_definition_arn, "lastStatus": task.last_status,
            "desiredStatus": task.desired_status, "launchType": "FARGATE",
            "capacityProviderName": task.capacity_provider_name, "group": task.group,
            "version": 1, "overrides": task.overrides,
            # Nothing was created when the task could not start.
            "containers": [] if task.last_status == "STOPPED" and container.exitCode is None
            else [shown],
        }
        if task.last_status == "STOPPED":
            detail |= {"stopCode": task.stop_code, "stoppedReason": task.stopped_reason}
        self.cloud.events.emit("aws.ecs", "ECS Task State Change", detail, [task.task_arn])

    def _keep_log(self, task, folder, container, options):
        if "awslogs-group" in options:
            stream = f"{options.get('awslogs-stream-prefix', 'task')}/{container}/{task.id}"
            text = (folder / "stderr").read_text(errors="replace")
            log_streams.write(self.cloud, options["awslogs-group"], stream, text.splitlines())

    def log(self):
        """What all tasks printed, for the message of a failing test."""
        return "\n".join(
            f"== {name}\n{(process.folder / name).read_text(errors='replace')}"
            for process in self.processes for name in ("stdout", "stderr"))

    def signal(self, number=signal.SIGTERM):
        """To the process group of the newest task."""
        os.killpg(self.processes[-1].pid, number)


def _now():
    return datetime.datetime.now(datetime.timezone.utc)
