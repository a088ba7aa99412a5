"""What a placed order's formatted e-mail looks like, in a frame of its own."""

from flask import Response, abort

from app.accounts.current import is_covered
from app.messaging import markdown
from app.orders.follow import content
from app.orders.follow.views import ORDER, UNCOVERED, bp, head_or_404
from app.web.access import open_to
from app.web.framed import framed


@bp.get(f"{ORDER}/email")
@open_to(*UNCOVERED)
def email(order_id: int) -> Response:
    """Show it with its placeholders as they are, to those who may read the order's texts."""
    head = head_or_404(order_id)
    if is_covered(head.service_owner_id) or not head.email_is_markdown:
        abort(404)
    return framed(content.page_as_placed(head), markdown.STYLE_HASH)
