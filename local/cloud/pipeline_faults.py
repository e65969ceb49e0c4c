"""What goes wrong in `make pipeline-faults`, all in one run."""

from ecs_launcher import TaskFault
from local_cloud import Fault


def corrupt(cloud, bucket, prefix):
    """Overwrites the data, not the footer, of the first object there."""
    s3 = cloud.client("s3")
    key = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"][0]["Key"]
    body = bytearray(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    body[4:400] = b"\xff" * 396
    s3.put_object(Bucket=bucket, Key=key, Body=bytes(body))


def inject(cloud, tasks, groups, bucket, run):
    """Everything at once; every name is that of a group that comes to grief."""
    cloud.athena.after_query = lambda query: '"scoring_' in query and corrupt(
        cloud, bucket, f"runs/{run}/features/scoring/")
    names = [f"{index:05}" for index in range(groups)]
    tasks.faults += [
        # Training: out of memory, then reclaimed, then it works.
        TaskFault("memory", "train"),
        TaskFault("spot", "train"),
        # Predictions that Spot takes back for good, and some that it takes back once.
        TaskFault("spot", "predict", groups=tuple(names[1:3]), times=99, only_spot=True),
        TaskFault("spot", "predict", groups=tuple(names[3:8]), times=5),
        # Killed, never started, out of memory.
        TaskFault("kill", "predict", groups=tuple(names[8:12]), times=4),
        TaskFault("start", "predict", groups=tuple(names[12:16]), times=4),
        TaskFault("memory", "predict", groups=(names[16],)),
        # A group that no retry saves, but the second map.
        TaskFault("denied", "predict", groups=(names[17],)),
    ]
    cloud.faults += [
        # S3 slows everybody down; starts of tasks are throttled.
        Fault(
            "GET", r"/runs/.*parquet", 503, "SlowDown", 30, caller=cloud.container_key),
        Fault("POST", "^/$", 400, "ThrottlingException", 4, target=r"\.RunTask$"),
        # Answers that get lost after the commit.
        Fault(
            "POST", "^/$", 400, "AccessDeniedException", 4, target=r"\.SendTaskSuccess$",
            caller=cloud.container_key),
    ]
    print("-- faults: memory, Spot, kills, failed starts, permissions, SlowDown, throttling,\n"
          "   lost answers, a corrupt shard")
