"""Calls that Terraform's AWS provider makes and moto 5.2.1 lacks, or answers so that the provider
sees a difference where none is."""

import json
import uuid

from moto.athena.responses import AthenaResponse
from moto.awslambda.models import LambdaFunction
from moto.budgets.responses import BudgetsResponse
from moto.core.responses import ActionResult
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.iam.access_control import PermissionResult
from moto.logs.responses import LogsResponse
from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.s3.responses import S3Response
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse


def apply():
    _mend_state_machines()
    _mend_queries()
    _mend_budgets()
    _mend_bucket_settings()
    _mend_bucket_policy()
    _mend_function_settings()
    _mend_rule_descriptions()


def _mend_state_machines():
    def validate(self):
        try:
            StepFunctionsParserBackend._validate_definition(self._get_param("definition"))
        except Exception as error:  # noqa: BLE001: whatever the parser does not like
            return ActionResult({"result": "FAIL", "truncated": False, "diagnostics": [{
                "severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED",
                "message": str(getattr(error, "message", error))[:500]}]})
        return ActionResult({"result": "OK", "diagnostics": [], "truncated": False})

    StepFunctionResponse.validate_state_machine_definition = validate
    StepFunctionResponse.list_state_machine_versions = lambda self: ActionResult(
        {"stateMachineVersions": []})


def _mend_queries():
    definitions = {}

    def put(self):
        name = self._get_param("queryDefinitionId") or str(uuid.uuid4())
        definitions[name] = {
            "queryDefinitionId": name, "name": self._get_param("name"),
            "queryString": self._get_param("queryString"),
            "logGroupNames": self._get_param("logGroupNames") or []}
        return json.dumps({"queryDefinitionId": name})

    def delete(self):
        found = definitions.pop(self._get_param("queryDefinitionId"), None)
        return json.dumps({"success": found is not None})

    def delete_named(self):
        self.athena_backend.named_queries.pop(self._get_param("NamedQueryId"), None)
        return "{}"

    LogsResponse.put_query_definition = put
    LogsResponse.describe_query_definitions = lambda self: json.dumps(
        {"queryDefinitions": list(definitions.values())})
    LogsResponse.delete_query_definition = delete
    AthenaResponse.delete_named_query = delete_named


def _mend_budgets():
    tags = {}
    create = BudgetsResponse.create_budget

    def create_and_tag(self):
        answer = create(self)
        name = self._get_param("Budget")["BudgetName"]
        arn = f"arn:aws:budgets::{self._get_param('AccountId')}:budget/{name}"
        tags[arn] = self._get_param("ResourceTags") or []
        return answer

    def tag(self):
        tags[self._get_param("ResourceARN")] = self._get_param("ResourceTags") or []
        return "{}"

    def subscribers(self):
        budget = self.backend.budgets[self._get_param("AccountId")][self._get_param("BudgetName")]
        wanted = self._get_param("Notification")
        keys = ("NotificationType", "ComparisonOperator", "Threshold")
        found = next(
            (one.subscribers for one in budget.notifications
             if all(one.details.get(key) == wanted.get(key) for key in keys)), [])
        return json.dumps({"Subscribers": found})

    BudgetsResponse.create_budget = create_and_tag
    BudgetsResponse.tag_resource = tag
    BudgetsResponse.list_tags_for_resource = lambda self: json.dumps(
        {"ResourceTags": tags.get(self._get_param("ResourceARN"), [])})
    BudgetsResponse.describe_subscribers_for_notification = subscribers


def _mend_bucket_settings():
    """Lifecycle and notifications are given back as they were put; moto loses parts of both."""
    kept = {}
    get, put = S3Response._bucket_response_get, S3Response._bucket_response_put
    delete = S3Response._bucket_response_delete

    def key(bucket, query):
        return next(
            ((bucket, name) for name in ("lifecycle", "notification") if name in query), None)

    def get_kept(self, bucket, query):
        name = key(bucket, query)
        if name in kept:
            return 200, {
                "content-type": "application/xml",
                "x-amz-transition-default-minimum-object-size": "all_storage_classes_128K",
            }, kept[name]
        return get(self, bucket, query)

    def put_and_keep(self, request, bucket, query):
        answer = put(self, request, bucket, query)
        if name := key(bucket, query):
            kept[name] = self.body if isinstance(self.body, str) else self.body.decode()
        return answer

    def delete_kept(self, bucket, query):
        kept.pop(key(bucket, query), None)
        return delete(self, bucket, query)

    S3Response._bucket_response_get = get_kept
    S3Response._bucket_response_put = put_and_keep
    S3Response._bucket_response_delete = delete_kept
    # Without it, emptying a versioned bucket is an error 500.
    FakeDeleteMarker.dispose = lambda self, *_: None


def _mend_bucket_policy():
    """moto ignores conditions: a policy that denies plain HTTP would deny everything."""
    permission = FakeBucket.get_permission

    def permission_without_conditions(self, action, resource):
        if self.policy is None:
            return PermissionResult.NEUTRAL
        document = json.loads(self.policy.decode())
        statements = [one for one in document["Statement"] if "Condition" not in one]
        if not statements:
            return PermissionResult.NEUTRAL
        text = json.dumps({**document, "Statement": statements}).encode()
        return permission(type("Policy", (), {"policy": text})(), action, resource)

    FakeBucket.get_permission = permission_without_conditions


def _mend_function_settings():
    """LoggingConfig is given back."""
    create, describe = LambdaFunction.__init__, LambdaFunction.get_configuration

    def create_with_logging(self, *arguments, **named):
        create(self, *arguments, **named)
        self.logging_config = (named.get("spec") or arguments[1]).get("LoggingConfig")

    def describe_with_logging(self, *arguments, **named):
        described = describe(self, *arguments, **named)
        if self.logging_config:
            described["LoggingConfig"] = self.logging_config
        return described

    LambdaFunction.__init__ = create_with_logging
    LambdaFunction.get_configuration = describe_with_logging


def _mend_rule_descriptions():
    """Rules for a group or a prefix list keep what describes them, as those for addresses do."""
    create = SecurityGroupRule.__init__

    def create_described(self, *arguments, **named):
        create(self, *arguments, **named)
        sources = [self.source_group, named.get("prefix_list_id") or {}]
        sources += [one for one in arguments if isinstance(one, dict)]
        self.kept_description = next(
            (one["Description"] for one in sources if one.get("Description")), None)

    SecurityGroupRule.__init__ = create_described
    SecurityGroupRule.description = property(
        lambda self: self.ip_range.get("Description") or self.kept_description)
