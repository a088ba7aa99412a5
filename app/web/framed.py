"""A document that is not one of our pages, shown inside one: alone in a frame, without scripts, forms or a network."""

from flask import Response


def framed(document: str, style_hash: str) -> Response:
    """Answer with an HTML document that our own pages may frame; only the style with that hash applies, and images
    are within the document itself."""
    policy = f"default-src 'none'; style-src '{style_hash}'; img-src data:; frame-ancestors 'self'; "
    policy += "form-action 'none'; sandbox"
    return Response(document, headers={"Content-Security-Policy": policy})
