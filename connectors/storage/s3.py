"""A storage in a bucket of any S3 server."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as NoConnectionError

from connectors.errors import Rejected, Unavailable
from connectors.reasons import StorageReason
from connectors.storage.keys import check_key

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONFIG = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"mode": "standard", "max_attempts": 2},
    # Servers other than AWS know neither the newer checksums nor buckets as host names.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
    s3={"addressing_style": "path"},
)

PASSING = {"RequestTimeout", "SlowDown", "Throttling", "ConditionalRequestConflict"}


class S3Storage:
    """Objects in one bucket, which exists and is private."""

    def __init__(
        self,
        *,
        bucket: str,
        endpoint_url: str | None,
        region: str,
        access_key: str,
        secret_key: str,
    ) -> None:
        self._bucket = bucket
        self._client: S3Client = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint_url,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=CONFIG,
        )

    def put(self, key: str, content: bytes) -> None:
        if self.exists(key):  # not every server obeys IfNoneMatch
            return
        with _translated():
            try:
                self._client.put_object(Bucket=self._bucket, Key=key, Body=content, IfNoneMatch="*")
            except ClientError as error:
                if _status(error) == HTTPStatus.PRECONDITION_FAILED:
                    return
                if _status(error) != HTTPStatus.NOT_IMPLEMENTED:
                    raise
                self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def get(self, key: str) -> bytes:
        with _translated():
            found = self._client.get_object(Bucket=self._bucket, Key=check_key(key))
            return found["Body"].read()

    def exists(self, key: str) -> bool:
        with _translated():
            try:
                self._client.head_object(Bucket=self._bucket, Key=check_key(key))
            except ClientError as error:
                if _status(error) == HTTPStatus.NOT_FOUND:
                    return False
                raise
            return True

    def delete(self, key: str) -> None:
        with _translated():
            try:
                self._client.delete_object(Bucket=self._bucket, Key=check_key(key))
            except ClientError as error:
                if _status(error) != HTTPStatus.NOT_FOUND:
                    raise


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise _answer(error) from error
    except (NoConnectionError, HTTPClientError, IncompleteReadError) as error:
        raise Unavailable(StorageReason.UNREACHABLE, words=str(error)) from error
    except BotoCoreError as error:
        raise Rejected(StorageReason.UNUSABLE, details=str(error)) from error


def _answer(error: ClientError) -> Unavailable | Rejected:
    code = error.response["Error"].get("Code", "")
    status = _status(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return Unavailable(StorageReason.OUT_OF_ORDER, words=code)
    if code in PASSING:
        return Unavailable(StorageReason.BUSY, words=code)
    if status == HTTPStatus.NOT_FOUND and code != "NoSuchBucket":
        return Rejected(StorageReason.MISSING, details=str(error))
    return Rejected(StorageReason.REFUSED, words=code, details=str(error))


def _status(error: ClientError) -> int:
    return error.response["ResponseMetadata"]["HTTPStatusCode"]
