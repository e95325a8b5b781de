"""The blueprint that the screens of the accounts share."""

from flask import Blueprint

bp = Blueprint("accounts", __name__, template_folder="../templates")
