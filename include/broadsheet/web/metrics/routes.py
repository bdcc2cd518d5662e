"""`/metrics`: the numbers, for whom the settings admit; for others there is nothing."""

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from broadsheet.web.metrics.door import admits
from broadsheet.web.site import site_of

PATH = "/metrics"

router = APIRouter(include_in_schema=False)


@router.get(PATH)
def metrics(request: Request) -> Response:
    """The numbers as they are now, in Prometheus's text format or in OpenMetrics."""
    if not admits(site_of(request).settings, request):
        raise HTTPException(404)
    text, media_type = request.app.state.numbers.exposition(request.headers.get("accept", ""))
    return Response(text, headers={"Content-Type": media_type, "Cache-Control": "no-store"})
