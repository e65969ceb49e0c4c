"""EventBridge: the events that ECS and Step Functions emit, and the targets that moto lacks."""

import copy
import json
import re
import threading

from moto.events.models import Rule, events_backends
from moto.sns.models import sns_backends


class EventBus:
    """Emits to the default bus, and delivers to Lambda functions and topics."""

    def __init__(self, cloud):
        self.cloud = cloud
        self.events: list[dict] = []
        # Deliveries that failed: what would lie in a dead letter queue.
        self.failures: list[str] = []
        original = Rule.send_to_targets
        bus = self

        def send_to_targets(rule, event, transform_input=True):
            if not rule.event_pattern.matches_event(event):
                return
            for target in rule.targets:
                service = target["Arn"].split(":")[2]
                if service in ("lambda", "sns"):
                    # Not on the thread of the one who emits, as in AWS.
                    threading.Thread(
                        target=bus._deliver, args=(service, target, copy.deepcopy(event)),
                        daemon=True).start()
                else:
                    alone = copy.copy(rule)
                    alone.targets = [target]
                    original(alone, copy.deepcopy(event), transform_input)

        Rule.send_to_targets = send_to_targets

    def emit(self, source, kind, detail, resources):
        event = {"source": source, "detail-type": kind, "detail": detail, "resources": resources}
        self.events.append(event)
        events_backends[self.cloud.account][self.cloud.region].put_events([{
            "Source": source, "DetailType": kind, "Detail": json.dumps(detail, default=str),
            "Resources": resources}])

    def _deliver(self, service, target, event):
        try:
            body = _input(target, event)
            if service == "sns":
                sns_backends[self.cloud.account][self.cloud.region].publish(
                    arn=target["Arn"], message=body)
                return
            function = self.cloud.lambda_backend().get_function(target["Arn"])
            # EventBridge hands the event over; Lambda tries twice more.
            for _ in range(3):
                output, failed, _ = function._invoke_lambda(json.loads(body))
                if not failed:
                    return
            self.failures.append(output)
        except Exception as error:  # noqa: BLE001: a thread of its own has nobody to tell
            self.failures.append(f"{type(error).__name__}: {error}")


def _input(target, event):
    """What a target gets of an event: all of it, a part, or a text with parts filled in."""
    if "Input" in target:
        return target["Input"]
    if "InputPath" in target:
        return json.dumps(_part(event, target["InputPath"]), default=str)
    if transformer := target.get("InputTransformer"):
        parts = {
            name: json.dumps(_part(event, path), default=str)
            for name, path in transformer.get("InputPathsMap", {}).items()}
        return re.sub(
            r"<(\w+)>", lambda match: parts[match.group(1)], transformer["InputTemplate"])
    return json.dumps(event, default=str)


def _part(event, path):
    """The value at a path of names: `$.detail.name`."""
    for name in path.split(".")[1:]:
        event = event[name]
    return event
