"""The API: REST under /api/v1, and the W3C VC API's verify endpoints."""
