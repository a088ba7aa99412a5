"""Measures the product on servers and databases of its own. Stands on the roof: may import every room."""
