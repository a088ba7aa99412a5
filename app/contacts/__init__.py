"""Persons' and organisations' contact points: their tables, and identity numbers at rest."""
