"""What a text may hold: danger, crime, personal data, obscenity, the kind of an answer. Pure; imports only states."""
