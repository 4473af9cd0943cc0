"""Open311 GeoReport v2 and its OpenAPI document: which address answers what. What is said stands in its own modules."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import FastAPI, Header, Path, Query
from fastapi import Form as Field
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web.site import Site
from features.open_data.routes import posting, requests, services, shapes
from features.open_data.routes.forms import KINDS, ApiValue, Form, to_bytes
from features.open_data.routes.guarded import Guarded, nowhere
from features.open_data.routes.opened import Opened, opened_of
from features.open_data.routes.posting import Sent
from features.open_data.routes.refused import ApiRefused

SINCE = "2026-11-27T19:00:00Z"
"""When what is said here last changed its shape."""
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"

LETTERS = r"^[^\x00-\x1f\x7f]*$"
Text = Annotated[str, Query(max_length=4000, pattern=LETTERS)]
Code = Annotated[str, Path(max_length=200, pattern=LETTERS)]
Jurisdiction = Annotated[
    str, Query(max_length=200, pattern=LETTERS, description="Не нужен: регион один. Чужой — ошибка 404.")
]
When = Annotated[datetime | None, Query(description="W3C, например 2026-11-01T00:00:00Z; считаются местные дни.")]


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What the OpenAPI document says of answers with these statuses."""
    return {status: {"model": list[shapes.Error], **_XML} for status in (*statuses, 429, 500, 503)}


_XML = {"description": "Ответ, по форме из адреса", "content": {"text/xml": {"schema": {"type": "string"}}}}
_ETAG: dict[int | str, dict[str, Any]] = {304: {"description": "Не изменилось (If-None-Match)"}}
READ = {200: _XML, **_ETAG, **_errors(400, 404)}

router = APIRouter(prefix="/georeport/v2", route_class=Guarded)


def answer(said: ApiValue, form: Form) -> Response:
    """The value as a response, in XML or JSON."""
    return Response(to_bytes(said, form), media_type=KINDS[form])


def of_this_moment(said: ApiValue, form: Form) -> Response:
    """The response for one asker, which will be another in a second: nobody keeps it."""
    return Response(to_bytes(said, form), headers={"cache-control": "no-store"}, media_type=KINDS[form])


def within(opened: Opened, jurisdiction: str) -> None:
    """ApiRefused, 404: another region was asked for."""
    if jurisdiction and jurisdiction != jurisdiction_of(opened):
        raise ApiRefused(404, "Такой jurisdiction_id здесь нет. Он не нужен: регион один.")


def jurisdiction_of(opened: Opened) -> str:
    """By which name this region stands in requests: club and the number of its community."""
    return f"club{opened.site.db.community}"


@router.get("/discovery.{form}", response_model=shapes.Discovery, responses=READ, summary="Что здесь есть")
async def discovery(request: Request, form: Form) -> Response:
    """Open311: where the service is and what it speaks."""
    site = opened_of(request).site
    endpoint = {
        "specification": SPECIFICATION,
        "url": f"{site.address}/api/georeport/v2",
        "changeset": SINCE,
        "type": "production",
        "formats": list(KINDS.values()),
    }
    contact = f"{site.settings.operator_name}, {site.settings.operator_email}"
    told = {"changeset": SINCE, "contact": contact, "key_service": site.settings.operator_email}
    return answer(ApiValue("discovery", {**told, "endpoints": [endpoint]}), form)


@router.get("/services.{form}", response_model=list[shapes.Service], responses=READ, summary="Темы")
async def service_list(request: Request, form: Form, jurisdiction_id: Jurisdiction = "") -> Response:
    within(opened_of(request), jurisdiction_id)
    return answer(services.list_services(opened_of(request).site.directory()), form)


@router.get(
    "/services/{service_code}.{form}", response_model=shapes.Definition, responses=READ, summary="Что сказать о теме"
)
async def definition(request: Request, form: Form, service_code: Code, jurisdiction_id: Jurisdiction = "") -> Response:
    """Open311: what a message about one topic must say."""
    within(opened_of(request), jurisdiction_id)
    return answer(services.definition_of(opened_of(request).site.directory(), service_code), form)


@router.get("/requests.{form}", response_model=list[shapes.ServiceRequest], responses=READ, summary="Сообщения по дням")
async def request_list(
    request: Request,
    form: Form,
    service_request_id: Text = "",
    service_code: Text = "",
    start_date: When = None,
    end_date: When = None,
    status: Text = "",
    page: Annotated[int, Query(ge=1, le=requests.DEEPEST)] = 1,
    page_size: Annotated[int, Query(ge=1, le=requests.MOST)] = requests.USUAL,
    jurisdiction_id: Jurisdiction = "",
) -> Response:
    opened = opened_of(request)
    within(opened, jurisdiction_id)
    if service_request_id:
        return answer(
            await requests.requests_by_ids(opened, [name.strip() for name in service_request_id.split(",")]), form
        )
    wanted = await requests.read_query(opened, service_code, status, start_date, end_date, page, page_size)
    return answer(await requests.list_requests(opened, wanted), form)


@router.get(
    "/requests/{service_request_id}.{form}",
    response_model=list[shapes.ServiceRequest],
    responses=READ,
    summary="Одно сообщение",
)
async def request_one(
    request: Request, form: Form, service_request_id: Code, jurisdiction_id: Jurisdiction = ""
) -> Response:
    within(opened_of(request), jurisdiction_id)
    return answer(await requests.one(opened_of(request), service_request_id), form)


@router.post(
    "/requests.{form}",
    response_model=list[shapes.Taken],
    responses={200: _XML, **_errors(400, 401, 403, 404, 413)},
    summary="Отправить сообщение (с ключом)",
)
async def request_new(
    request: Request,
    form: Form,
    api_key: Annotated[str, Field(max_length=200)] = "",
    service_code: Annotated[str, Field(max_length=200)] = "",
    place: Annotated[str, Field(alias="attribute[place]", max_length=200)] = "",
    address_id: Annotated[str, Field(max_length=200, description="Код муниципалитета, если нет attribute.")] = "",
    address_string: Annotated[str, Field(max_length=4000)] = "",
    lat: Annotated[float | None, Field(ge=-90, le=90, allow_inf_nan=False)] = None,
    long: Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)] = None,
    description: Annotated[str, Field(max_length=20000)] = "",
    media_url: Annotated[str, Field(max_length=2000)] = "",
    jurisdiction_id: Annotated[str, Field(max_length=200)] = "",
    idempotency_key: Annotated[str, Header(max_length=200)] = "",
) -> Response:
    """Имя, телефон и почта (`first_name`, `last_name`, `phone`, `email`) не нужны и не хранятся."""
    opened = opened_of(request)
    within(opened, jurisdiction_id)
    sent = Sent(
        api_key, service_code, place or address_id, description, address_string, lat, long, media_url, idempotency_key
    )
    return of_this_moment(await posting.post(opened, sent), form)


@router.get("/tokens/{token}.{form}", response_model=list[shapes.Token], responses={
    200: _XML, **_errors(400, 403, 404)}, summary="Номер по token")  # fmt: skip
async def token_of(request: Request, form: Form, token: Code, jurisdiction_id: Jurisdiction = "") -> Response:
    within(opened_of(request), jurisdiction_id)
    return of_this_moment(await posting.outcome(opened_of(request), token), form)


plain = APIRouter(route_class=Guarded)


@plain.get(
    "/statuses.json", response_model=shapes.Mapping, responses={**_ETAG, **_errors()}, summary="Названия состояний"
)
async def statuses(request: Request) -> Response:
    """Как состояния называются в других системах; без источника — «не подтверждено»."""
    known = opened_of(request).statuses
    systems = [
        {"code": system.code, "name": system.name, "source": system.source, "confirmed": system.is_confirmed}
        for system in known.systems
    ]
    names = [{"status": status.value, "names": dict(found)} for status, found in known.names.items()]
    return answer(ApiValue("mapping", {"systems": systems, "statuses": names}), Form.JSON)


@plain.get("/openapi.json", include_in_schema=False)
async def document(request: Request) -> Response:
    """The OpenAPI document."""
    return answer(ApiValue("openapi", document_of(request.app, opened_of(request).site)), Form.JSON)


def document_of(api: FastAPI, site: Site) -> dict[str, Any]:
    """The OpenAPI document without the answers that FastAPI would give and we do not."""
    made = get_openapi(
        title=f"{site.community_name}: открытые данные",
        version="2",
        summary="Open311 GeoReport v2",
        description="Без имён, текстов и точных адресов; малые группы скрыты. Правила: /open.",
        routes=api.routes,
        servers=[{"url": f"{site.address}/api"}],
    )
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        made["components"]["schemas"].pop(name, None)
    return made


def api(opened: Opened) -> FastAPI:
    """The application of the open API."""
    made = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    made.include_router(router)
    made.include_router(plain)
    made.add_exception_handler(HTTPException, nowhere)
    made.state.opened = opened
    return made
