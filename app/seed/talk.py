"""What dealers and managers of the demo write to each other, and the factory for itself."""

from collections.abc import Callable
from datetime import datetime

from app.accounts.policy import User
from app.claims.models import Claim
from app.messages.service import write
from app.seed.stories import Ending
from app.vocabulary import Language, Visibility

TALKATIVE = (Ending.TAKEN, Ending.STARTED, Ending.BLOCKED, Ending.ANSWERED)

QUESTION = {
    Language.RU: "Добрый день! Когда ждать решения? Покупатель просит назвать дату.",
    Language.PL: "Dzień dobry, kiedy można spodziewać się decyzji? Klient prosi o termin.",
    Language.CS: "Dobrý den, kdy můžeme čekat rozhodnutí? Zákazník se ptá na termín.",
    Language.EN: "Hello, when can we expect a decision? The customer asks for a date.",
}
ANSWER = {
    Language.RU: "Добрый день! Проверяем партию, ответим в срок, указанный в рекламации.",
    Language.PL: "Dzień dobry, sprawdzamy partię, odpowiemy w terminie podanym w reklamacji.",
    Language.CS: "Dobrý den, prověřujeme šarži, odpovíme v termínu uvedeném v reklamaci.",
    Language.EN: "Hello, we are checking the lot and answer by the day stated in the claim.",
}
NOTE = {
    Language.RU: "Похожий случай был в этой партии в октябре. Просьба к производству проверить.",
    Language.PL: "Podobny przypadek był w tej partii w październiku. Produkcja – proszę sprawdzić.",
    Language.CS: "Podobný případ byl v této šarži v říjnu. Prosím výrobu o prověření.",
    Language.EN: "There was a similar case in this lot in October. Production, please check.",
}


def talk_about(
    claim: Claim, *, dealer: User, manager: User, later: Callable[[int], datetime]
) -> None:
    """Let the dealer ask and the manager answer; `later` lets so many hours pass."""
    dealers, plants = claim.dealer.language, claim.plant.language
    public, internal = Visibility.PUBLIC, Visibility.INTERNAL
    write(claim, QUESTION[dealers], visibility=public, by=dealer, at=later(2))
    write(claim, ANSWER[plants], visibility=public, by=manager, at=later(1))
    write(claim, NOTE[plants], visibility=internal, by=manager, at=later(0))
