"""The database itself: engines, transactions, tables, keys, values as text, migrations. The lowest layer of storage."""
