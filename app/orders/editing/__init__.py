"""Changing what was placed or begun: an order taken back to be edited, a copy, a draft saved while it is typed.

Imports the orders room beside it, and nothing of `follow`.
"""
