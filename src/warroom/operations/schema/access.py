"""Purposes, sealed cases, second factors, sign-ins by the agency's own provider."""
