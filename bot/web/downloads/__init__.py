"""What pages give as files. No text of a person may become a formula (T16)."""
