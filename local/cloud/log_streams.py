"""Lines for CloudWatch Logs, as the log drivers deliver them."""

import contextlib
import time

from moto.logs.models import logs_backends

LINES_MAX = 1_000


def write(cloud, group, stream, lines):
    backend = logs_backends[cloud.account][cloud.region]
    backend.ensure_log_group(group)
    with contextlib.suppress(Exception):  # there from an earlier task
        backend.create_log_stream(group, stream)
    now = int(time.time() * 1000)
    for start in range(0, len(lines), LINES_MAX):
        backend.put_log_events(group, stream, [
            {"timestamp": now, "message": line} for line in lines[start:start + LINES_MAX]])
