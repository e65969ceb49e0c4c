"""Runs what ECS would run as a local process: RunTask starts it."""

import os
import pathlib
import signal
import subprocess
import threading

import moto.ecs.models

Backend = moto.ecs.models.EC2ContainerServiceBackend


class EcsLauncher:
    """Starts `entry_point` for each task, with the definition's and the override's settings."""

    def __init__(self, cloud, entry_point, scratch):
        self.cloud = cloud
        self.entry_point = entry_point
        self.scratch = pathlib.Path(scratch)
        self.processes: list[subprocess.Popen] = []

    def __enter__(self):
        self._run = run = Backend.run_task
        launcher = self

        def run_task(backend, *arguments, **named):
            tasks = run(backend, *arguments, **named)
            for task in tasks:
                launcher._start(task, backend.describe_task_definition(task.task_definition_arn))
            return tasks

        Backend.run_task = run_task
        return self

    def __exit__(self, *_):
        Backend.run_task = self._run
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()

    def _start(self, task, definition):
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
        folder = self.scratch / task.id
        folder.mkdir(parents=True)
        environment["TMPDIR"] = str(folder)
        command = [*self.entry_point, *(override.get("command") or container.get("command") or [])]
        with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as errors:
            process = subprocess.Popen(
                command, env=environment, stdout=out, stderr=errors, start_new_session=True)
        process.folder = folder
        self.processes.append(process)
        task.last_status = "RUNNING"
        threading.Thread(target=self._watch, args=(task, process), daemon=True).start()

    def _watch(self, task, process):
        task.containers[0].exitCode = process.wait()
        task.last_status = task.desired_status = "STOPPED"

    def log(self):
        """What all tasks printed, for the message of a failing test."""
        return "\n".join(
            f"== {name}\n{(process.folder / name).read_text(errors='replace')}"
            for process in self.processes for name in ("stdout", "stderr"))

    def signal(self, number=signal.SIGTERM):
        """To the process group of the newest task."""
        os.killpg(self.processes[-1].pid, number)
