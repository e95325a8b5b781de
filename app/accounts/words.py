"""What is done to accounts is called on screens."""

from app.accounts.rules import AccountAction
from app.core.errors import N_
from app.core.words import call

call(
    {
        AccountAction.ADDED: N_("Added"),
        AccountAction.CHANGED: N_("Data changed"),
        AccountAction.ROLE_REQUESTED: N_("Role requested"),
        AccountAction.ROLE_GRANTED: N_("Role granted"),
        AccountAction.ROLE_REFUSED: N_("Role refused"),
        AccountAction.DEACTIVATED: N_("Access ended"),
        AccountAction.REACTIVATED: N_("Access given back"),
        AccountAction.LINK_SENT: N_("Link to set a password sent"),
        AccountAction.PASSWORD_SET: N_("Password set by the link"),
    }
)
