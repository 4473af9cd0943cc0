"""Working time: the production calendar, hours of agencies, typed days, terms and reminders."""
