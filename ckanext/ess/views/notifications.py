"""Following the checks of an organisation, and leaving by the link of a mail."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from ckan.plugins import toolkit as tk

ess_notification = Blueprint("ess_notification", __name__, url_prefix="/ess/notifications")


@ess_notification.post("/<organization>/follow")
def follow(organization: str) -> Response:
    """Begin to follow, and go back to the organisation."""
    shown = _act("ess_notification_follow", organization=organization)
    if shown["has_email"]:
        tk.h.flash_success(tk._("You will get one mail each time files of this organization get worse."))
    else:
        tk.h.flash_error(tk._("Your account has no mail address: add one to be written to."))
    return tk.redirect_to("organization.read", id=organization)


@ess_notification.post("/<organization>/unfollow")
def unfollow(organization: str) -> Response:
    """No longer follow, and go back to the organisation."""
    _act("ess_notification_unfollow", organization=organization)
    tk.h.flash_success(tk._("You will get no more mails about the checks of this organization."))
    return tk.redirect_to("organization.read", id=organization)


@ess_notification.route("/stop/<token>", methods=["GET", "POST"])
def stop(token: str) -> str:
    """Where a mail's link leads. Programs that look links up must not end anything, so a button does."""
    done = tk.request.method == "POST"
    said = _act("ess_notification_unfollow", token=token) if done else {}
    return tk.render("ess/notifications/stop.html", {"token": token, "done": done, **said})


def _act(action: str, **parameters: Any) -> dict[str, Any]:
    try:
        return tk.get_action(action)({}, parameters)
    except tk.NotAuthorized:
        return tk.abort(
            403, tk._("Only those who can correct the files of this organization may follow them.")
        )
    except tk.ObjectNotFound as error:
        return tk.abort(404, str(error.message or tk._("This link is no longer of use.")))
