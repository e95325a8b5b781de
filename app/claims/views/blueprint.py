"""The blueprint that the claim's screens share."""

from flask import Blueprint

bp = Blueprint("claims", __name__, template_folder="../templates")
