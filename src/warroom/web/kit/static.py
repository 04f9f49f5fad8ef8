"""Static files: their names contain a hash of their content, so browsers may cache them permanently."""

from starlette.responses import Response
from starlette.staticfiles import StaticFiles as Files
from starlette.types import Scope

# The longest usual lifetime (RFC 9111), and no revalidation (RFC 8246).
FOR_A_YEAR = "public, max-age=31536000, immutable"


class StaticFiles(Files):
    """Serves the built files; the manifest, which tells what there is, stays inside."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response("" if path == "manifest.json" else path, scope)
        response.headers["cache-control"] = FOR_A_YEAR if "-" in path else "public, max-age=3600"
        return response
