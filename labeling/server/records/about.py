"""Whether a server is one of ours: what it can do besides Argilla's own API."""

from fastapi import APIRouter

from labeling.server.routes import SignedIn

router = APIRouter(include_in_schema=False)


@router.get("/parity")
async def about(user: SignedIn) -> dict[str, bool]:  # noqa: ARG001
    """`keeps_order`: records with a priority are served in its order, and can be withdrawn."""
    return {"keeps_order": True}
