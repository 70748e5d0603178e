"""Doors of meetings over HTTP."""
