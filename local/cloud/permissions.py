"""Holds the calls that a run really made against the policies that Terraform gave its roles."""

import fnmatch
import json
import re
import urllib.parse

# What policies allow and no run without faults can show: others call it in the role's name, or only
# a failure does. Each with the reason.
UNSEEN = {
    "kms:Decrypt": "S3 asks for it", "kms:GenerateDataKey": "S3 asks for it",
    "logs:*": "the log driver and Lambda write logs",
    "sqs:SendMessage": "Lambda sends what failed three times",
    "s3:AbortMultipartUpload": "only an upload that breaks off",
    "s3:DeleteObject": "only a result that replaces an older one",
    "reconcile: s3:PutObject": "only groups that are missing are listed",
    "s3:ListBucket": "lets a missing object answer 404, not 403",
    "s3:GetBucketLocation": "Athena asks in the role's name",
    "states:SendTaskFailure": "only a task that fails", "states:SendTaskSuccess":
        "only a task whose own answer was lost",
    "glue:*": "Athena asks in the role's name", "iam:PassRole": "ECS checks it at RunTask",
    "ecs:TagResource": "ECS checks it at RunTask", "ecs:StopTask": "only orphans are stopped",
    "ecs:DescribeTasks": "only orphans are looked at",
    "athena:StopQueryExecution": "only a run that is stopped",
    "states:StartExecution": "the interpreter starts its children itself",
    "states:DescribeExecution": "the same", "states:StopExecution": "the same",
    "states:RedriveExecution": "the same",
}
# The interpreter here asks what AWS's own knows.
INTERPRETER_ONLY = {"ecs:DescribeTasks"}
JSON_SERVICES = {
    "AWSStepFunctions": "states", "AmazonEC2ContainerServiceV20141113": "ecs",
    "AmazonAthena": "athena",
}


def check(cloud, policies):
    """- Returns: what is missing, and what is allowed for nothing: lists of sentences."""
    calls = {}
    for request in cloud.requests + cloud.interpreter_requests:
        role = cloud.role_of(request)
        call = action_and_resource(request)
        if role and call:
            calls.setdefault(role, set()).add(call)
    missing, unused = [], []
    for role, made in sorted(calls.items()):
        for action, resource in sorted(made):
            if role == "states" and action in INTERPRETER_ONLY:
                continue
            if not _allows(policies[role], action, resource):
                missing.append(f"{role}: {action} on {resource}")
    for role, policy in sorted(policies.items()):
        seen = {action for action, _ in calls.get(role, ())}
        for statement in json.loads(policy)["Statement"]:
            for action in _list(statement["Action"]):
                is_explained = f"{role}: {action}" in UNSEEN or any(
                    fnmatch.fnmatchcase(action, known) for known in UNSEEN)
                if role in calls and action not in seen and not is_explained:
                    unused.append(f"{role}: {action}")
    return missing, unused


def action_and_resource(request):
    """As IAM names them; None for a request that needs no permission."""
    target = request.headers.get("x-amz-target")
    if target:
        service, _, operation = target.partition(".")
        return f"{JSON_SERVICES.get(service, service)}:{operation}", "*"
    if match := re.fullmatch(r"/2015-03-31/functions/(.+)/invocations", request.path):
        return "lambda:InvokeFunction", urllib.parse.unquote(match.group(1))
    if request.operation:
        return f"sns:{request.operation}", "*"
    return _s3(request)


def _s3(request):
    path = request.path.lstrip("/")
    host = request.headers.get("host", "").partition(".localhost")
    if host[1]:  # the interpreter names the bucket in the host
        path = f"{host[0]}/{path}"
    bucket, _, key = path.partition("/")
    query = dict(urllib.parse.parse_qsl(request.query, keep_blank_values=True))
    if not key:
        return "s3:ListBucket", f"arn:aws:s3:::{bucket}"
    actions = {"GET": "s3:GetObject", "HEAD": "s3:GetObject", "PUT": "s3:PutObject",
               "POST": "s3:PutObject", "DELETE": "s3:DeleteObject"}
    action = actions[request.method]
    if request.method == "DELETE" and "uploadId" in query:
        action = "s3:AbortMultipartUpload"
    return action, f"arn:aws:s3:::{bucket}/{urllib.parse.unquote(key)}"


def _allows(policy, action, resource):
    for statement in json.loads(policy)["Statement"]:
        if statement["Effect"] != "Allow":
            continue
        is_action = any(
            fnmatch.fnmatchcase(action, pattern) for pattern in _list(statement["Action"]))
        # Services that name their resource in the body: the action decides here.
        is_resource = resource == "*" or any(
            fnmatch.fnmatchcase(resource, pattern) for pattern in _list(statement["Resource"]))
        if is_action and is_resource:
            return True
    return False


def _list(value):
    return value if isinstance(value, list) else [value]
