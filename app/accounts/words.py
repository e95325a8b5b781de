"""What the roles and what is done to accounts are called on screens."""

from app.accounts.rules import AccountAction
from app.core.errors import N_
from app.core.words import call
from app.vocabulary import Role

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
call(
    {
        Role.DEALER_USER: N_("Dealer"),
        Role.DEALER_ADMIN: N_("Dealer administrator"),
        Role.CLAIM_MANAGER: N_("Claim manager"),
        Role.HEAD_OF_CLAIMS: N_("Head of claims"),
        Role.DEPARTMENT_WORKER: N_("Department"),
        Role.ADMINISTRATOR: N_("Administrator"),
        Role.ERP_SERVICE: N_("ERP service account"),
        Role.SYSTEM: N_("The portal"),
    }
)
