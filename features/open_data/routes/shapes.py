"""The answers of GeoReport v2 as types, for the OpenAPI document; tests hold the answers to them, no request does."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel


class Service(BaseModel):
    service_code: str
    service_name: str
    description: str
    metadata: bool
    type: Literal["batch"]
    keywords: str | None
    group: str | None


class Value(BaseModel):
    key: str
    name: str


class Attribute(BaseModel):
    variable: bool
    code: str
    datatype: Literal["singlevaluelist"]
    required: bool
    datatype_description: str
    order: int
    description: str
    values: list[Value]


class Definition(BaseModel):
    service_code: str
    attributes: list[Attribute]


class ServiceRequest(BaseModel):
    """Times are midnights of the region: only the day is told."""

    service_request_id: str
    status: Literal["open", "closed"]
    status_notes: str | None
    service_name: str | None
    service_code: str
    description: None
    agency_responsible: str | None
    service_notice: None
    requested_datetime: str
    updated_datetime: str
    expected_datetime: None
    address: str
    address_id: str | None
    zipcode: None
    lat: None
    long: None
    media_url: None


class Taken(BaseModel):
    token: str
    service_notice: str
    account_id: None


class Token(BaseModel):
    """Without an id the message still waits for the bot: ask again in a few seconds."""

    service_request_id: str | None
    token: str


class Endpoint(BaseModel):
    specification: str
    url: str
    changeset: str
    type: Literal["production"]
    formats: list[str]


class Discovery(BaseModel):
    changeset: str
    contact: str
    key_service: str
    endpoints: list[Endpoint]


class Error(BaseModel):
    code: int
    description: str


class System(BaseModel):
    """`confirmed`: a source says so; otherwise the names are «не подтверждено»."""

    code: str
    name: str
    source: str
    confirmed: bool


class Named(BaseModel):
    status: str
    names: dict[str, str]


class Mapping(BaseModel):
    systems: list[System]
    statuses: list[Named]
