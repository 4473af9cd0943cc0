"""Questions put to a VK address (delivery.md 2.3, vk-api.md §13): `python -m tests.probes`, see docs/vk-probes.md."""
