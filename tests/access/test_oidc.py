"""What a provider's token must say and how it must be signed, hostile ones too; who somebody is here whom it names."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from joserfc import jws
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from tokenry.access import Desk, First, OrganizationRole
from tokenry.access.oidc import (
    Description,
    Flows,
    Person,
    Provider,
    ProviderFailed,
    Secrets,
    SignInRefused,
    authorization_url,
    check_answer,
    check_claims,
    join,
    read_description,
    read_person,
    role_by_groups,
    token_request,
)
from tokenry.access.oidc.flows import FLOWS_MAX, PER_ADDRESS_MAX
from tokenry.access.oidc.signatures import Keys, UnknownKey
from tokenry.base.clock import ManualClock
from tokenry.storage import AppDb, tables

ISSUER = "https://id.example.org"
LAB = Provider("lab", "The lab", ISSUER, "tokenry", "s3cret", "org_1")
NOW_S = 1_750_000_000
CLAIMS: dict[str, Any] = {
    "iss": ISSUER, "aud": "tokenry", "sub": "42", "nonce": "once", "iat": NOW_S, "exp": NOW_S + 300,
    "email": "ada@example.org", "email_verified": True, "name": "Ada",
}  # fmt: skip
RSA = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
EC = ECKey.generate_key("P-256", {"kid": "two"})


def published(*keys: Any) -> bytes:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode()


def signed(key: Any = RSA, alg: str = "RS256", kid: str | None = "one", claims: dict[str, Any] = CLAIMS) -> str:
    header = {"alg": alg, **({} if kid is None else {"kid": kid})}
    return jws.serialize_compact(header, json.dumps(claims), key, algorithms=[alg])


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class TestSignature:
    def test_a_good_one_of_each_kind_is_read(self) -> None:
        okp = OKPKey.generate_key("Ed25519", {"kid": "three"})
        keys = Keys(published(RSA, EC, okp))
        assert keys.verified(signed()) == CLAIMS
        assert keys.verified(signed(RSA, "PS256")) == CLAIMS
        assert keys.verified(signed(EC, "ES256", "two")) == CLAIMS
        assert keys.verified(signed(okp, "Ed25519", "three")) == CLAIMS
        with pytest.warns(SecurityWarning):  # its older name
            assert keys.verified(signed(okp, "EdDSA", "three")) == CLAIMS
        assert Keys(published(RSA)).verified(signed(kid=None)) == CLAIMS

    def test_none_is_no_signature(self) -> None:
        head = b64(json.dumps({"alg": "none", "kid": "one"}).encode())
        for signature in ("", "x"):
            with pytest.raises(SignInRefused):
                Keys(published(RSA)).verified(f"{head}.{b64(json.dumps(CLAIMS).encode())}.{signature}")

    @pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
    def test_a_public_key_is_no_shared_secret(self, alg: str) -> None:
        """Key confusion: the attacker signs with what the provider publishes, as if it were a secret of both."""
        for secret in (RSA.as_pem(private=False), RSA.as_der(private=False), published(RSA)):
            body = f"{b64(json.dumps({'alg': alg, 'kid': 'one'}).encode())}.{b64(json.dumps(CLAIMS).encode())}"
            forged = f"{body}.{b64(hmac.digest(secret, body.encode(), f'sha{alg[2:]}'))}"
            with pytest.raises(SignInRefused):
                Keys(published(RSA)).verified(forged)

    def test_a_published_secret_is_no_key(self) -> None:
        secret = OctKey.generate_key(256, {"kid": "one"})
        document = json.dumps({"keys": [secret.as_dict(private=True)]}).encode()
        with pytest.raises(SignInRefused):
            Keys(document).verified(signed(secret, "HS256"))

    def test_another_key_of_the_same_name_does_not_fit(self) -> None:
        other = RSAKey.generate_key(2048, {"kid": "one"})
        with pytest.raises(SignInRefused):
            Keys(published(RSA)).verified(signed(other))

    def test_a_key_that_the_token_brings_along_is_not_taken(self) -> None:
        other = RSAKey.generate_key(2048, {"kid": "one"})
        header = {"alg": "RS256", "kid": "one", "jwk": other.as_dict(private=False)}
        forged = jws.serialize_compact(header, json.dumps(CLAIMS), other, algorithms=["RS256"])
        with pytest.raises(SignInRefused):
            Keys(published(RSA)).verified(forged)

    def test_an_unknown_name_is_told_apart(self) -> None:
        for key in (signed(kid="nine"), signed(EC, "ES256", "one")):
            with pytest.raises(UnknownKey):
                Keys(published(RSA)).verified(key)

    def test_a_key_for_encryption_a_small_one_and_one_for_another_algorithm_do_not_count(self) -> None:
        with pytest.warns(SecurityWarning):
            small = RSAKey.generate_key(1024, {"kid": "one"})
        for key, document in (
            (RSA, {**RSA.as_dict(private=False), "use": "enc"}),
            (RSA, {**RSA.as_dict(private=False), "alg": "RS512"}),
            (small, small.as_dict(private=False)),
        ):
            with pytest.raises(SignInRefused):
                Keys(json.dumps({"keys": [document]}).encode()).verified(signed(key))

    @pytest.mark.parametrize(
        "change", [lambda t: t[:-2], lambda t: t + "A", lambda t: t.replace(".", "", 1), str.upper]
    )
    def test_a_changed_token_is_refused(self, change: Callable[[str], str]) -> None:
        with pytest.raises(SignInRefused):
            Keys(published(RSA)).verified(change(signed()))

    def test_claims_exchanged_under_a_signature_are_refused(self) -> None:
        head, _, signature = signed().split(".")
        body = b64(json.dumps({**CLAIMS, "sub": "1"}).encode())
        with pytest.raises(SignInRefused):
            Keys(published(RSA)).verified(f"{head}.{body}.{signature}")

    @pytest.mark.parametrize(
        "document", [b"", b"[]", b"{}", b'{"keys": 5}', b"\xff", b'{"keys": [{}]}', b'{"keys": [5]}']
    )
    def test_keys_that_cannot_be_read(self, document: bytes) -> None:
        with pytest.raises(SignInRefused):
            Keys(document).verified(signed())

    def test_what_is_no_object_is_no_token(self) -> None:
        for text in ("", ".", "..", "...", "a.b.c", "é.é.é", "A" * 70_000 + ".b.c"):
            with pytest.raises(SignInRefused):
                Keys(published(RSA)).verified(text)
        listed = jws.serialize_compact({"alg": "RS256", "kid": "one"}, "[]", RSA, algorithms=["RS256"])
        with pytest.raises(SignInRefused):
            Keys(published(RSA)).verified(listed)


class TestClaims:
    def test_good_ones(self) -> None:
        for more in ({}, {"aud": ["tokenry"]}, {"aud": ["tokenry", "x"], "azp": "tokenry"}, {"azp": "tokenry"}):
            check_claims({**CLAIMS, **more}, LAB, "once", NOW_S)
        check_claims({**CLAIMS, "iat": NOW_S + 60, "nbf": NOW_S + 60}, LAB, "once", NOW_S)
        check_claims(CLAIMS, LAB, "once", NOW_S + 359)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"iss": "https://evil.example"}, {"iss": ISSUER + "/"}, {"iss": None},
            {"aud": "another"}, {"aud": []}, {"aud": None}, {"aud": ["another"]}, {"aud": {"tokenry": 1}},
            {"aud": ["tokenry", "another"]}, {"aud": ["tokenry", "another"], "azp": "another"}, {"azp": "another"},
            {"exp": NOW_S - 60}, {"exp": None}, {"exp": "soon"}, {"exp": True}, {"exp": -1},
            {"iat": NOW_S + 61}, {"iat": NOW_S - 661}, {"iat": None}, {"nbf": NOW_S + 61}, {"nbf": "x"},
            {"nonce": "another"}, {"nonce": None}, {"nonce": 5}, {"nonce": ""},
            {"sub": None}, {"sub": ""}, {"sub": 42}, {"sub": "x" * 256},
        ],
        ids=str,
    )  # fmt: skip
    def test_hostile_ones(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(SignInRefused):
            check_claims({**CLAIMS, **wrong}, LAB, "once", NOW_S)

    @pytest.mark.parametrize("name", ["iss", "aud", "exp", "iat", "nonce", "sub"])
    def test_nothing_may_be_missing(self, name: str) -> None:
        with pytest.raises(SignInRefused):
            check_claims({k: v for k, v in CLAIMS.items() if k != name}, LAB, "once", NOW_S)

    def test_an_address_counts_as_verified_only_when_it_says_so(self) -> None:
        for said, verified in ((True, True), ("true", True), (False, False), (None, False), (1, True), ("yes", False)):
            found = read_person({**CLAIMS, "email_verified": said}, LAB)
            assert found.email_verified is verified or said == 1

    @pytest.mark.parametrize("email", ["ada@evil.example", "ada@sub.example.org", "ada@example.org.evil.example", None])
    def test_only_some_domains_may_come_in(self, email: str | None) -> None:
        only = replace(LAB, email_domains=("example.org",))
        assert read_person({**CLAIMS, "email": "Ada@EXAMPLE.org"}, only).email == "Ada@EXAMPLE.org"
        with pytest.raises(SignInRefused):
            read_person({**CLAIMS, "email": email}, only)
        with pytest.raises(SignInRefused):
            read_person({**CLAIMS, "email_verified": False}, only)

    def test_a_domain_that_only_folds_alike_is_another(self) -> None:
        only = replace(LAB, email_domains=("strasse.example",))
        assert read_person({**CLAIMS, "email": "ada@STRASSE.example"}, only).email_verified
        with pytest.raises(SignInRefused):
            read_person({**CLAIMS, "email": "ada@stra\u00dfe.example"}, only)

    def test_groups_are_read_by_name_or_by_a_path(self) -> None:
        for claim, claims, groups in (
            ("groups", {"groups": ["a", "b", "a", 5]}, ("a", "b")),
            ("groups", {"groups": "a"}, ("a",)),
            ("groups", {}, None),
            ("realm.roles", {"realm": {"roles": ["x"]}}, ("x",)),
            ("https://x.org/g", {"https://x.org/g": ["x"]}, ("x",)),
            ("a.b", {"a": 5}, None),
        ):
            assert read_person({**CLAIMS, **claims}, replace(LAB, groups_claim=claim)).groups == groups


class TestProvider:
    TOLD: dict[str, Any] = {  # noqa: RUF012 - read only
        "issuer": ISSUER,
        **{name: f"{ISSUER}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")},
    }

    def description(self, **more: Any) -> Description:
        return read_description(LAB, json.dumps({**self.TOLD, **more}).encode())

    @pytest.mark.parametrize(
        "wrong",
        [
            {"issuer": "https://evil.example"}, {"token_endpoint": "http://id.example.org/token"}, {"jwks_uri": 5},
            {"jwks_uri": "file:///etc/passwd"}, {"authorization_endpoint": "javascript:alert(1)"},
            {"userinfo_endpoint": "http://169.254.169.254/"}, {"token_endpoint": "https://" + "x" * 3000},
        ],
        ids=str,
    )  # fmt: skip
    def test_a_description_that_is_not_believed(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(ProviderFailed):
            self.description(**wrong)

    def test_somebody_is_sent_with_state_nonce_and_a_challenge_and_without_the_verifier(self) -> None:
        url = authorization_url(
            LAB, self.description(), Secrets("st", "no", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "https://t/cb"
        )
        assert "state=st&nonce=no" in url
        # The example of RFC 7636, appendix B.
        assert "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256" in url
        assert "dBjftJeZ4" not in url

    def test_how_we_say_who_we_are(self) -> None:
        basic, post = self.description(), self.description(token_endpoint_auth_methods_supported=["client_secret_post"])
        form, auth = token_request(LAB, basic, "c", "v", "b")
        assert auth == ("tokenry", "s3cret")
        assert "client_secret" not in form
        assert token_request(LAB, post, "c", "v", "b")[0]["client_secret"] == "s3cret"
        public, nobody = token_request(replace(LAB, client_secret=None), basic, "c", "v", "b")
        assert nobody is None
        assert public["client_id"] == "tokenry"
        assert public["code_verifier"] == "v"

    def test_an_answer_of_another_provider_is_refused(self) -> None:
        told = self.description()
        assert check_answer(told, {"code": "c"}) == check_answer(told, {"code": "c", "iss": ISSUER}) == "c"
        strict = self.description(authorization_response_iss_parameter_supported=True)
        for description, query in (
            (told, {"code": "c", "iss": "https://evil.example"}),
            (strict, {"code": "c"}),
            (told, {"error": "access_denied", "code": "c"}),
            (told, {}),
            (told, {"code": ""}),
        ):
            with pytest.raises(SignInRefused):
                check_answer(description, query)


class TestFlows:
    def test_each_is_found_once_by_its_own_browser_in_time(self) -> None:
        clock = ManualClock()
        flows = Flows(clock)

        def begun() -> str:
            return flows.begin("lab", "browser", "/account", "10.0.0.1").secrets.state

        state = begun()
        assert flows.end("lab", state, "browser").after == "/account"
        for wrong in (
            (state, "browser", "lab"),  # a second time
            (begun(), "another", "lab"),  # in another browser
            (begun(), None, "lab"),
            (begun(), "browser", "other"),  # at another provider
            (None, "browser", "lab"),
            ("x", "browser", "lab"),
        ):
            with pytest.raises(SignInRefused):
                flows.end(wrong[2], wrong[0], wrong[1])
        late = begun()
        clock.advance(s=600)
        with pytest.raises(SignInRefused):
            flows.end("lab", late, "browser")

    def test_nobody_drives_out_the_others(self) -> None:
        flows = Flows(ManualClock())
        mine = flows.begin("lab", "mine", "/account", "10.0.0.1").secrets.state
        for _ in range(PER_ADDRESS_MAX * 5):
            flows.begin("lab", "theirs", "/account", "10.0.0.2")
        assert len(flows._by_state) == PER_ADDRESS_MAX + 1
        assert flows.end("lab", mine, "mine")
        assert FLOWS_MAX >= 10_000


def test_roles_by_groups() -> None:
    mapped = replace(LAB, roles={"staff": "admin", "money": "auditor", "all": "member"}, groups_claim="g")
    table: tuple[tuple[OrganizationRole | None, tuple[str, ...] | None, OrganizationRole | None, str | None], ...] = (
        # now, groups there, default -> from now on
        (None, ("staff",), None, "admin"),
        (None, ("money", "staff"), None, "admin"),
        (None, ("else",), None, None),
        (None, ("else",), "member", "member"),
        (None, None, None, None),
        (None, None, "member", "member"),
        ("admin", ("money",), None, "auditor"),  # the group was left
        ("admin", (), None, "member"),
        ("admin", (), "auditor", "auditor"),
        ("admin", None, None, "admin"),  # the provider says nothing of groups today
        ("owner", ("money",), None, "owner"),  # given by hand, and stronger
        ("reviewer", ("staff",), None, "admin"),
        ("reviewer", ("else",), None, "reviewer"),
    )
    for current, groups, default, expected in table:
        found = role_by_groups(current, groups, replace(mapped, default_role=default))
        assert found == expected, (current, groups, default)
    assert role_by_groups("admin", (), LAB) == "admin", "nothing is mapped"


class TestJoining:
    @pytest.fixture
    def desk(self, db: AppDb, clock: ManualClock) -> Desk:
        return Desk(db, clock)

    @pytest.fixture
    def lab(self, first: First) -> Provider:
        return replace(LAB, organization_id=first.organization.id, default_role="member")

    def person(self, **more: Any) -> Person:
        return Person(
            **{
                "subject": "42",
                "email": "ada@example.org",
                "email_verified": True,
                "name": "Ada",
                "groups": None,
                **more,
            }
        )

    def roles(self, desk: Desk) -> dict[str, str]:
        with desk.db.read() as connection:
            return {row.user_id: row.role for row in connection.execute(tables.memberships.select())}

    def kinds(self, desk: Desk) -> list[str]:
        with desk.db.read() as connection:
            return [row.type for row in connection.execute(tables.audit.select().order_by(tables.audit.c.seq))]

    def test_somebody_new_gets_a_place_and_is_known_the_next_time(self, desk: Desk, lab: Provider) -> None:
        first = join(desk, lab, self.person(), None)
        assert first.created
        assert self.roles(desk)[first.user_id] == "member"
        again = join(desk, lab, self.person(email="changed@example.org"), None)
        assert (again.user_id, again.created, again.changed) == (first.user_id, False, False)
        assert self.kinds(desk) == ["user.added"]

    def test_without_a_role_only_an_invite_for_their_verified_address_lets_them_in(
        self, desk: Desk, lab: Provider
    ) -> None:
        shut = replace(lab, default_role=None)
        for invited, more in ((None, {}), ("bob@example.org", {}), ("ada@example.org", {"email_verified": False})):
            with pytest.raises(SignInRefused):
                join(desk, shut, self.person(**more), invited)
        with desk.db.read() as connection:
            assert len(connection.execute(tables.users.select()).all()) == 1, "a refused stranger left a row"
        made = join(desk, shut, self.person(), "Ada@Example.org")
        assert made.user_id not in self.roles(desk)
        assert self.kinds(desk) == ["user.added"]

    def test_a_verified_address_links_and_an_unverified_one_does_not(
        self, desk: Desk, lab: Provider, first: First
    ) -> None:
        with desk.db.write() as connection:
            connection.execute(tables.users.update(), {"email": "Ada@example.org"})
        stranger = join(desk, lab, self.person(subject="666", email_verified=False), None)
        assert stranger.user_id != first.user.id
        linked = join(desk, lab, self.person(), None)
        assert (linked.user_id, linked.linked) == (first.user.id, True)
        assert self.roles(desk)[first.user.id] == "owner"

    def test_whoever_set_the_password_of_a_linked_account_is_out(self, desk: Desk, lab: Provider, first: First) -> None:
        """They may have been handed an invite to an address that was never theirs, and waited."""
        user, now = first.user.id, desk.clock.now_ns()
        with desk.db.write() as connection:
            connection.execute(tables.users.update(), {"email": "ada@example.org"})
            connection.execute(tables.passwords.insert(), {"user_id": user, "hash": "x", "changed_at": now})
            row = {"id": "passkey_1", "user_id": user, "credential_id": b"1", "public_key": b"2", "sign_count": 0}
            row |= {"name": "mine", "backed_up": False, "created_at": now}
            connection.execute(tables.passkeys.insert(), row)
        assert join(desk, lab, self.person(), None).linked
        with desk.db.read() as connection:
            assert connection.execute(tables.passwords.select()).all() == []
            assert connection.execute(tables.passkeys.select()).all() == []
            told = connection.execute(tables.audit.select()).all()[-1]
        assert (told.type, told.details["password"]) == ("user.updated", "removed")
        with desk.db.write() as connection:  # one that they set afterwards is their own
            connection.execute(tables.passwords.insert(), {"user_id": user, "hash": "y", "changed_at": now})
        assert join(desk, replace(lab, name="second"), self.person(), None).linked
        with desk.db.read() as connection:
            assert [row.hash for row in connection.execute(tables.passwords.select())] == ["y"]

    def test_a_provider_of_one_organization_vouches_for_nobody_of_another(
        self, desk: Desk, lab: Provider, first: First
    ) -> None:
        with desk.db.write() as connection:
            connection.execute(tables.users.update(), {"email": "ada@example.org"})
            connection.execute(tables.organizations.insert(), {"id": "org_b", "name": "b", "created_at": 1})
        theirs = replace(lab, organization_id="org_b")
        for default_role in ("member", None):
            with pytest.raises(SignInRefused, match="no place in this organization"):
                join(desk, replace(theirs, default_role=default_role), self.person(), None)
        own = join(desk, theirs, self.person(email=None), None)
        with desk.db.write() as connection:
            there = tables.memberships.c.user_id == own.user_id
            connection.execute(tables.memberships.update().where(there), {"organization_id": first.organization.id})
        with pytest.raises(SignInRefused):
            join(desk, replace(theirs, default_role=None), self.person(email=None), None)

    @pytest.mark.parametrize(
        "twin", ["ma\u00df@example.org", "mass@example.or\u0261", "ma\u017fs@example.org", "mass@\u212ap.example.org"]
    )
    def test_an_address_that_only_looks_alike_is_another(
        self, desk: Desk, lab: Provider, first: First, twin: str
    ) -> None:
        with desk.db.write() as connection:
            connection.execute(tables.users.update(), {"email": "mass@example.org"})
        joined = join(desk, lab, self.person(email=twin), None)
        assert joined.user_id != first.user.id
        with desk.db.read() as connection:
            row = connection.execute(tables.users.select().where(tables.users.c.id == joined.user_id)).one()
        assert row.email == twin

    def test_the_same_subject_of_another_provider_is_somebody_else(self, desk: Desk, lab: Provider) -> None:
        one = join(desk, lab, self.person(email=None), None)
        other = join(desk, replace(lab, name="other"), self.person(email=None), None)
        assert one.user_id != other.user_id

    def test_a_disabled_person_stays_out(self, desk: Desk, lab: Provider) -> None:
        made = join(desk, lab, self.person(), None)
        with desk.db.write() as connection:
            connection.execute(tables.users.update().where(tables.users.c.id == made.user_id), {"disabled_at": 1})
        with pytest.raises(SignInRefused, match="disabled"):
            join(desk, lab, self.person(), None)

    def test_the_last_owner_stays_one_whatever_the_groups_say(self, desk: Desk, lab: Provider, first: First) -> None:
        mapped = replace(lab, roles={"chiefs": "owner", "all": "member"}, groups_claim="groups")
        with desk.db.write() as connection:
            connection.execute(tables.users.update(), {"email": "ada@example.org"})
        join(desk, mapped, self.person(groups=("all",)), None)
        assert self.roles(desk)[first.user.id] == "owner"
        join(desk, mapped, self.person(subject="2", email="b@example.org", groups=("chiefs",)), None)
        join(desk, mapped, self.person(groups=("all",)), None)
        assert self.roles(desk)[first.user.id] == "member"

    def test_groups_follow_the_claim_and_leave_what_was_done_by_hand(self, desk: Desk, lab: Provider) -> None:
        place = {"organization_id": lab.organization_id, "created_at": 1}
        with desk.db.write() as connection:
            for name in ("red", "blue", "hand"):
                connection.execute(tables.groups.insert(), {"id": f"group_{name}", "name": name, **place})
        user = join(desk, lab, self.person(groups=("red", "none")), None).user_id
        with desk.db.write() as connection:
            row = {"group_id": "group_hand", "user_id": user, "source": "admin", "created_at": 1}
            connection.execute(tables.group_members.insert(), row)

        def groups() -> set[str]:
            with desk.db.read() as connection:
                return {row.group_id for row in connection.execute(tables.group_members.select())}

        assert groups() == {"group_red", "group_hand"}
        assert join(desk, lab, self.person(groups=("blue",)), None).changed
        assert groups() == {"group_blue", "group_hand"}
        join(desk, lab, self.person(groups=None), None)
        assert groups() == {"group_blue", "group_hand"}
        join(desk, lab, self.person(groups=()), None)
        assert groups() == {"group_hand"}
