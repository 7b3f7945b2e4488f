"""One mail to the configured server: connect, TLS, sign in, hand over; bounded in time as a whole."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from email.message import EmailMessage

import aiosmtplib

from tokenry.base.errors import TokenryError
from tokenry.config import Mail
from tokenry.notify.outcome import Outcome, printable

_PORTS = {"starttls": 587, "tls": 465, "none": 25}

Secret = Callable[[str], str]  # the name of a variable -> what it holds; raises TokenryError


class Mailer:
    """Hands mails to a server. Used on the event loop."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    async def send(self, mail: EmailMessage, address: str, settings: Mail) -> Outcome:
        """One attempt. Never raises for anything that the server can do."""
        try:
            async with asyncio.timeout(settings.timeout_s):
                return await self._send(mail, address, settings)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _answered(error.recipients[0])
        except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
            return _answered(error)
        except aiosmtplib.SMTPResponseException as error:  # it lets nobody in, which somebody in charge may mend
            return Outcome("again", _said(error))
        except TimeoutError:
            return Outcome("again", f"{settings.host} took longer than {settings.timeout_s} s")
        except TokenryError as error:
            return Outcome("again", printable(error.message))
        except (OSError, aiosmtplib.SMTPException, ValueError) as error:
            return Outcome("again", printable(f"{settings.host}: {str(error) or type(error).__name__}"))

    async def _send(self, mail: EmailMessage, address: str, settings: Mail) -> Outcome:
        password = None if settings.password_env is None else self._secret(settings.password_env)
        tls = None
        if settings.tls != "none":  # reads files
            tls = await asyncio.to_thread(ssl.create_default_context, cafile=settings.ca_file)
        client = aiosmtplib.SMTP(
            hostname=settings.host,
            port=settings.port or _PORTS[settings.tls],
            username=settings.username,
            password=password,
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",
            tls_context=tls,
            local_hostname=socket.gethostname() or "localhost",  # its own default asks the network who we are
            timeout=settings.timeout_s,
        )
        try:
            await client.connect()
            # The envelope says what the delivery says, whatever a header may be read as.
            await client.send_message(mail, recipients=[address])
        finally:
            client.close()  # without QUIT, which would wait for an answer that nobody needs
        return Outcome("delivered", f"{settings.host} took it")


def _answered(error: aiosmtplib.SMTPResponseException) -> Outcome:
    """A server's word about this very mail: 4xx may change, 5xx does not."""
    return Outcome("refused" if 500 <= error.code < 600 else "again", _said(error))


def _said(error: aiosmtplib.SMTPResponseException) -> str:
    return printable(f"answered {error.code} {error.message}")
