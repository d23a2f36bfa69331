"""Blueprints."""

from __future__ import annotations

from flask import Blueprint

ess = Blueprint("ess", __name__)

__all__ = ["ess"]
