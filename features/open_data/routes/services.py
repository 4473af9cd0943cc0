"""Open311 services: the topics of the directory, and what a message about one must say."""

from __future__ import annotations

from typing import Any

from features.open_data.routes.forms import ApiValue
from features.open_data.routes.refused import ApiRefused
from states.directory import Directory, Topic

PLACE = "place"


def list_services(directory: Directory) -> ApiValue:
    """Every topic of the directory, as a service of Open311."""
    return ApiValue("services", [_service(directory, topic) for topic in directory.topics])


def _service(directory: Directory, topic: Topic) -> dict[str, Any]:
    """A topic as a service of Open311."""
    group = directory.group_by_code.get(topic.group)
    return {
        "service_code": topic.code,
        "service_name": topic.name,
        "description": topic.description or topic.name,
        "metadata": True,
        "type": "batch",
        "keywords": None,
        "group": group.name if group else None,
    }


def definition_of(directory: Directory, code: str) -> ApiValue:
    """What a message about this topic must say. Raises ApiRefused: 404 for an unknown one."""
    topic = directory.topic_by_code.get(code)
    if topic is None:
        raise ApiRefused(404, "Такой темы нет. Список: services.")
    place = {
        "variable": True,
        "code": PLACE,
        "datatype": "singlevaluelist",
        "required": True,
        "datatype_description": "Код муниципалитета из списка",
        "order": 1,
        "description": "Муниципалитет",
        "values": [{"key": place.code, "name": place.name} for place in directory.places],
    }
    return ApiValue("service_definition", {"service_code": topic.code, "attributes": [place]})
