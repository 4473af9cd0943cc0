"""Requests that look meant and requests that are not, by a seed: see test_fuzz.py."""
