"""When the run takes place: October 2569 is past its deadline, November is open."""

CLOCK = "2026-11-16T10:00:00+07:00"
