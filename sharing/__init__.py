"""Requests, answers, items and receipts: how information about a child is asked for and given."""
