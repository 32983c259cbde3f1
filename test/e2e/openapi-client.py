"""A whole close by the client that openapi-python-client makes of /api/openapi.json. Prints what it saw as JSON."""

import json
import sys
import time
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import httpx

folder, base, key, company, organisation_number, binder_path = sys.argv[1:]
sys.path.insert(0, folder)

from bokslut_client import AuthenticatedClient
from bokslut_client.api.adjustments import get_adjustments, save_adjustments
from bokslut_client.api.approval import approve, get_preflight
from bokslut_client.api.attachments import list_attachments, list_proposals
from bokslut_client.api.engagements import get_engagement, list_engagements, start_engagement
from bokslut_client.api.imports import list_findings
from bokslut_client.api.login_at_fortnox import begin_login, confirm_login
from bokslut_client.api.outcome import get_binder, get_order_sie, list_exports, list_history
from bokslut_client.models import (
    Adjustment,
    AdjustmentRowsItem,
    AdjustmentsToSave,
    ConfirmLoginBody,
    NewApproval,
    NewEngagement,
    NewEngagementCompanyType1,
    NewEngagementYear,
    Problem,
)

client = AuthenticatedClient(base_url=f"{base}/api", token=key, timeout=httpx.Timeout(30))


def said(answer):
    """What came, which is no problem."""
    if isinstance(answer, Problem):
        raise SystemExit(f"{answer.code}: {answer.what} {answer.advice}")
    return answer


def until(engagement_id, phase):
    while True:
        close = said(get_engagement.sync(engagement_id, client=client))
        if close.phase == phase:
            return close
        if close.attention is not None:
            raise SystemExit(f"a person is needed: {close.attention.code}")
        time.sleep(0.2)


# The engagement begins; the same key again starts nothing twice.
year = NewEngagementYear(from_=date(2025, 1, 1), to=date(2025, 12, 31))
new = NewEngagement(
    company=NewEngagementCompanyType1(name=company, organisation_number=organisation_number), year=year
)
started = said(start_engagement.sync(client=client, body=new, idempotency_key="generated-1"))
again = said(start_engagement.sync(client=client, body=new, idempotency_key="generated-1"))
close = started.id

# The person with the browser: to Fortnox's login page, consent, and back by the callback.
address = urlsplit(said(begin_login.sync(close, client=client)).url)
query = dict(parse_qsl(address.query))
back = httpx.post(f"{address.scheme}://{address.netloc}/sandbox/consent", json=query).json()
login = httpx.get(f"{base}/fortnox/callback", params=back).json()
said(confirm_login.sync(close, client=client, body=ConfirmLoginBody(connection_id=login["connectionId"])))
until(close, "adjusting")

findings = said(list_findings.sync(close, client=client))
attachments = said(list_attachments.sync(close, client=client)).items
said(list_proposals.sync(close, client=client))

# The adjustments, with the ETag that was read.
read = get_adjustments.sync_detailed(close, client=client)
rows = [AdjustmentRowsItem(account="3740", amount_ore=12550), AdjustmentRowsItem(account="1930", amount_ore=-12550)]
to_save = AdjustmentsToSave(
    adjustments=[Adjustment(id="bank-fees", date=date(2025, 12, 31), text="Upplupna bankkostnader", rows=rows)]
)
saved = said(save_adjustments.sync(close, client=client, body=to_save, if_match=read.headers["etag"]))
stale = save_adjustments.sync(close, client=client, body=to_save, if_match=read.headers["etag"])

preflight = said(get_preflight.sync(close, client=client))
series = [one.code for one in preflight.series if one.selectable][-1]
order_sie = said(get_order_sie.sync(close, client=client, series=series)).payload.read()
approval = NewApproval(
    revision=preflight.revision,
    revision_hash=preflight.revision_hash,
    snapshot_id=preflight.import_.id,
    series=series,
)
said(approve.sync(close, client=client, body=approval, idempotency_key="generated-approval-1"))
done = until(close, "completed")

vouchers = [voucher for export in said(list_exports.sync(close, client=client)).items for voucher in export.vouchers]
events, after, pages = [], None, 0
while True:
    page = said(list_history.sync(close, client=client, limit=4, **({} if after is None else {"after": after})))
    events += [entry.event for entry in page.items]
    pages += 1
    if not isinstance(page.next_, str):
        break
    after = page.next_
with open(binder_path, "wb") as file:
    file.write(said(get_binder.sync(close, client=client)).payload.read())

print(
    json.dumps(
        {
            "sameStart": again.id == started.id,
            "company": login["companyName"],
            "findings": len(findings.items),
            "attachments": [one.account for one in attachments],
            "revision": saved.revision,
            "stale": stale.code,
            "orderSie": order_sie[:5].decode("ascii"),
            "phase": done.phase,
            "vouchers": [[voucher.status, voucher.fortnox.series] for voucher in vouchers],
            "events": events,
            "pages": pages,
            "listed": [str(one.id) for one in said(list_engagements.sync(client=client, limit=1)).items] == [str(close)],
        }
    )
)
