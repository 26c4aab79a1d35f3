"""The core's questions answered from our own rows; what pages and API call."""
