"""The demo office: its year told through the same importers and actions that people use."""
