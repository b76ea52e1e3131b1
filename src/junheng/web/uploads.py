"""Uploads go to a temporary file, and one that is too large is cut off while it arrives, not after."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Refuses a request whose files are larger than ``UPLOAD_MAX_BYTES`` together."""

    received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            if self.request is not None:
                self.request.META["junheng.too_large"] = "yes"
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)

    def upload_complete(self) -> Any:
        return None
