"""Events that no person caused: timers, deliveries, alarms, changes of a chat."""
