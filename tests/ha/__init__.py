"""High availability for real: Patroni, etcd and three PostgreSQL servers on this machine, leaders killed under load."""
