"""Where answers differ from the published description because clients know more (docs/adr/0006).

coverage.py undoes each of these before it validates an exchange against the description, and counts them.
"""
import re

import reader

COMPANY = "GET /companies?company_id= and ?name= answer the company itself"
INSTANCE = "GET /custom_object_instances/{}?external_id= answers the instance itself"
NEXT = "pages.next of lists that are paged by number is the URL of the next page"
EVENTS = "GET /events without summary=true answers the events themselves"
LIST = "GET /companies/list answers as POST does"
RULES = "POST /conversations/{}/run_assignment_rules/parts answers as the path without /parts does"
DELETE = "POST /user_delete_requests deletes a contact"
SCROLL = "the end of GET /companies/scroll has no scroll_param to go on with"
STATISTICS = "statistics of a conversation have nulls"
SIZES = "width and height of a file that is no image are null"
TEAMMATES = "the teammates of a conversation are listed under admins too"
BRIEF = "2.11: companies of a contact have all fields that the description requires, also where its example has not"
TYPES = "ticket types up to 2.11 list their attributes under two names"
COUNT = "2.11: segments of a company have the total_count that the description requires and does not list"
CALL = "GET /fin_voice/phone_number/{} answers the call"
TIMES = "answered_at and ended_at of a call are null until then"
ALL = [CALL, TIMES, COMPANY, INSTANCE, NEXT, EVENTS, LIST, RULES, DELETE, SCROLL, STATISTICS, SIZES, TEAMMATES, BRIEF, TYPES, COUNT]


def undescribed(exchange):
    """The deviation that makes an exchange undescribed, or None."""
    path, _, query = exchange["path"].partition("?")
    if exchange["method"] == "GET" and path == "/companies/list":
        return LIST
    if re.fullmatch(r"/conversations/[^/]+/run_assignment_rules/parts", path):
        return RULES
    if path == "/user_delete_requests":
        return DELETE
    events = exchange["method"] == "GET" and path == "/events" and exchange["status"] == 200
    return EVENTS if events and not re.search(r"(^|&)summary=(true|1)(&|$)", query) else None


def undone(exchange):
    """(the exchange as the description has it, the deviations that were undone)."""
    found = set()
    method, version, body = exchange["method"], exchange["version"], objects(exchange.get("body"), found)
    path, _, query = exchange["path"].partition("?")
    # If the description has only a list, a single object is validated against the schema of the object.
    answers_one = method == "GET" and path == "/companies" and re.search(r"(^|&)(company_id|name)=[^&]", query)
    if answers_one and not re.search(r"(^|&)(page|per_page)=[^&]", query):
        found.add(COMPANY)
        exchange = {**exchange, "path": "/companies/one"}
    listed = method == "GET" and version in ("2.16", "Unstable") and re.fullmatch(r"/custom_object_instances/[^/]+", path)
    if listed and re.search(r"(^|&)external_id=[^&]", query):
        found.add(INSTANCE)
        exchange = {**exchange, "path": path + "/one"}
    # The description has no successful answer; the call is validated like one that is read by its provider's id.
    if path.startswith("/fin_voice/phone_number/") and exchange["status"] == 200:
        found.add(CALL)
        exchange = {**exchange, "path": "/fin_voice/external_id/one"}
    if not isinstance(body, dict):
        return {**exchange, "body": body}, found
    listed = body.get("data") if isinstance(body.get("data"), list) else None
    if version == "2.11" and listed and re.fullmatch(r"/contacts/[^/]+/companies", path):
        found.add(BRIEF)
        body = {**body, "data": [without(company, "website", "industry", "size") for company in listed]}
    if version == "2.11" and re.fullmatch(r"/companies/[^/]+/segments", path):
        found.add(COUNT)
        body = without(body, "total_count")
    if path == "/ticket_types":
        for of in listed or ():
            if of.get("ticket_type_attributes", {}).pop("ticket_type_attributes", None) is not None:
                found.add(TYPES)
    if path == "/companies/scroll" and listed == [] and not body.get("scroll_param"):
        found.add(SCROLL)
        body = {**body, "scroll_param": ""}
    pages = body.get("pages")
    if reader.BY_URL.fullmatch(f"{method} {path}") and isinstance(pages, dict) and isinstance(pages.get("next"), str):
        found.add(NEXT)
        body = {**body, "pages": {**pages, "next": None}}
    return {**exchange, "body": body}, found


def objects(value, found):
    """A value without the undescribed fields of objects of some types."""
    if isinstance(value, list):
        return [objects(item, found) for item in value]
    if not isinstance(value, dict):
        return value
    of, left = value.get("type"), {key: objects(item, found) for key, item in value.items()}
    if of == "conversation_statistics" and None in left.values():
        found.add(STATISTICS)
        left = {key: item for key, item in left.items() if item is not None}
    if of == "call" and None in (left.get("answered_at", 0), left.get("ended_at", 0)):
        found.add(TIMES)
        began = left.get("initiated_at")
        left = {key: began if item is None and key in ("answered_at", "ended_at") else item for key, item in left.items()}
    if of == "upload" and None in (left.get("width", 0), left.get("height", 0)):
        found.add(SIZES)
        left = {key: 0 if item is None and key in ("width", "height") else item for key, item in left.items()}
    if of == "admin.list" and "teammates" in left and "admins" in left:
        found.add(TEAMMATES)
        left = without(left, "admins")
    return left


def without(value, *keys):
    return {key: item for key, item in value.items() if key not in keys}
