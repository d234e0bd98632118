"""The Litestar application: handlers, static files, form tokens, failures, headers."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware
from litestar.middleware.compression import CompressionMiddleware
from litestar.static_files import create_static_files_router

from kernel.errors import UjikomError
from web import failures, routes
from web.security import security_headers


def site(
    secret: str, lifespan: Callable[[Litestar], AbstractAsyncContextManager[None]]
) -> Litestar:
    """Every page; form tokens are signed with `secret`, `lifespan` opens what they need."""
    return Litestar(
        route_handlers=[
            *routes.HANDLERS,
            create_static_files_router(
                path=routes.static_root(),
                directories=[routes.STATIC],
                cache_control=CacheControlHeader(max_age=31_536_000, public=True, immutable=True),
                opt={"exclude_from_csrf": True},
                # only static files are compressed: pages carry form tokens
                middleware=[
                    DefineMiddleware(
                        CompressionMiddleware, config=CompressionConfig(backend="gzip")
                    )
                ],
            ),
        ],
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
        csrf_config=CSRFConfig(
            secret=secret,
            cookie_name="ujikom_formulir",
            cookie_httponly=True,
            cookie_samesite="lax",
        ),
        exception_handlers={
            UjikomError: failures.ours,
            HTTPException: failures.litestar,
            Exception: failures.unexpected,
        },
        before_send=[security_headers],
        request_max_body_size=12 * 1024 * 1024,
    )
