"""Who is at the desk: service owners, people, roles, sign-in.

Imports `audit`, `web`, `queue`, `db`, `messaging`. Other rooms ask `current` who is at the desk and what they may.
"""

from flask import Flask


def install(app: Flask) -> None:
    """Keep sessions, know who is at the desk, and open the pages of people and service owners."""
    from app.accounts import account_views, front_views, owner_views, people_views, sessions, sign_in

    sessions.install(app)
    sign_in.install(app)
    for pages in (account_views, front_views, people_views, owner_views):
        app.register_blueprint(pages.bp)
    front_views.add_to_menu()
    people_views.add_to_menu()
    owner_views.add_to_menu()
