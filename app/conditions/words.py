"""What a condition answered, in the person's language."""

from flask_babel import gettext, lazy_gettext

from app.conditions.answer import Answer, Asked

ANSWERS = {
    Answer.YES: lazy_gettext("Yes: send"),
    Answer.NO: lazy_gettext("No: do not send"),
    Answer.NO_NAME: lazy_gettext("No clear answer: there is no server of that name"),
    Answer.REFUSED_ADDRESS: lazy_gettext("Not asked: the name leads to an address that is not public"),
    Answer.NO_CONNECTION: lazy_gettext("No clear answer: nobody took the connection"),
    Answer.NOT_TRUSTED: lazy_gettext("No clear answer: the server's certificate cannot be trusted"),
    Answer.TOO_SLOW: lazy_gettext("No clear answer: none had come after ten seconds"),
    Answer.CUT: lazy_gettext("No clear answer: the conversation was cut short"),
    Answer.REDIRECT: lazy_gettext("No clear answer: the server led elsewhere, which is not followed"),
    Answer.BAD_STATUS: lazy_gettext("No clear answer: the server refused"),
    Answer.TOO_LONG: lazy_gettext("No clear answer: it is longer than 64 kB"),
    Answer.NOT_JSON: lazy_gettext("No clear answer: it is not JSON"),
    Answer.NO_BOOLEAN: lazy_gettext("No clear answer: it has no sendNotification that is true or false"),
}


def said(asked: Asked) -> str:
    """Say what came of asking, with the HTTP status where that tells more."""
    words = str(ANSWERS[asked.answer])
    if asked.answer in (Answer.BAD_STATUS, Answer.REDIRECT) and asked.http_status:
        return gettext("%(words)s (HTTP status %(status)s)", words=words, status=asked.http_status)
    return words


def color(answer: Answer) -> str:
    """Give the colour of an answer's mark."""
    return {Answer.YES: "success", Answer.NO: "neutral"}.get(answer, "warning")
