"""Rights of people and what protects them: erasures, retention, the audit log, exports, incidents."""
