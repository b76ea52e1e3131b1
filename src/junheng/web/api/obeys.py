"""Which row of the table of permissions each operation of the interface for programs obeys."""

from __future__ import annotations

API: dict[str, dict[str, str]] = {
    "api:me": {"GET": "accounts:own"},
    "api:years": {"GET": "registry:records"},
    "api:year": {"GET": "registry:year"},
    "api:table": {"GET": "registry:table"},
    "api:history": {"GET": "registry:history"},
    "api:snapshots": {"GET": "registry:year", "POST": "registry:make_snapshot"},
    "api:snapshot": {"GET": "registry:year"},
    "api:snapshot_content": {"GET": "registry:download_snapshot"},
    "api:schools": {"GET": "overview:schools"},
    "api:school": {"GET": "overview:school"},
    "api:assessment": {"GET": "overview:district"},
    "api:returns": {"GET": "registry:returns", "POST": "registry:open_returns"},
    "api:return": {"GET": "registry:return"},
    "api:return_workbook": {"GET": "registry:return_workbook"},
    "api:return_filings": {"POST": "registry:return_upload"},
    "api:return_submit": {"POST": "registry:return_submit"},
    "api:return_send_back": {"POST": "registry:return_send_back"},
    "api:return_accept": {"POST": "registry:return_accept"},
    "api:plan_kinds": {"GET": "planning:plans"},
    "api:plans": {"GET": "planning:plans", "POST": "planning:new"},
    "api:plan": {"GET": "planning:plan"},
    "api:plan_result": {"GET": "planning:download"},
    "api:plan_cancel": {"POST": "planning:cancel"},
    "api:plan_comments": {"POST": "planning:comment"},
    "api:plan_submit": {"POST": "planning:submit"},
    "api:plan_send_back": {"POST": "planning:send_back"},
    "api:plan_approve": {"POST": "planning:approve"},
    "api:jobs": {"GET": "planning:plans"},
    "api:job": {"GET": "planning:progress"},
    "api:audit": {"GET": "audit:events"},
}
"""Operations of the interface for programs: which row of `junheng.web.permissions` each verb of an address obeys.

A program may do what its person may do on the page, and no more; `junheng.web.api.guard` asks.
"""
