"""The engine room: commands, health, system checks and the demo."""
