"""Doors of the Action Plan over HTTP; plan against result is shown by reports."""
