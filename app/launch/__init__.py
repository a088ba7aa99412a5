"""`varsel up`: the embedded servers, the parts of the product, and the supervisor that starts and ends them.

Stands on the roof: may import every room; only `app.cli` and the tests import it.
"""
